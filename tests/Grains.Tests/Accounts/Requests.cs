using Backsoon.Tenants;

namespace Backsoon.Accounts;

/// <summary>Rows of requests as the desk leaves them, for what counts and forgets their sources.</summary>
internal static class Requests
{
    public static async Task<Guid> Insert(Backend backend, TenantId tenant, byte[] source, DateTimeOffset at)
    {
        var id = Guid.CreateVersion7(at);
        await backend.Database.Execute(
            """
            insert into dispatch (tenant_id, id, reference, received_at, category_id, category_name, urgent, caller_name, caller_phone, body, fingerprint, source, status, plan, step, shard)
            values ($1, $2, 'X', $3, $2, 'Water leak', false, 'Rui', '+351 210 000 000', 'It drips', '\x00', $4, 4, '[]', 0, 0)
            """,
            tenant.Value, id, at, source);
        return id;
    }
}
