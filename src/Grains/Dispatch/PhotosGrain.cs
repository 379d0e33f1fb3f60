using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[GrainType("photos"), StatelessWorker]
public sealed class PhotosGrain(PhotoRows rows) : Grain, IPhotosGrain
{
    private TenantId Tenant => new(this.GetPrimaryKeyString()["photos/".Length..]);

    public Task<byte[]?> Read(Guid photo, int seq) => rows.Read(Tenant, photo, seq);
}
