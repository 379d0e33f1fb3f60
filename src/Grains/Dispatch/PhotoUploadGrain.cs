using System.Security.Cryptography;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[GrainType("photo-upload")]
public sealed class PhotoUploadGrain(PhotoRows rows, PhotoRoom room, TimeProvider clock) : Grain, IPhotoUploadGrain
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly List<byte[]> _chunks = [];
    private int _held;
    private PhotoOutcome? _refused;
    private IGrainTimer? _waiting;

    public Task<PhotoOutcome?> Add(int seq, byte[] chunk)
    {
        if (chunk.Length is 0 or > Photo.ChunkSize)
            throw new ArgumentException($"A part has 1 to {Photo.ChunkSize} bytes, and this one {chunk.Length}.", nameof(chunk));
        // What came before it was forgotten: whoever sends it has been away for too long.
        if (_refused is null && seq != _chunks.Count)
            Refuse(PhotoOutcome.Busy);
        if (_refused is null && _held + chunk.Length > Photo.MaxBytes)
            Refuse(PhotoOutcome.TooLarge);
        if (_refused is null && !room.TryTake(chunk.Length))
            Refuse(PhotoOutcome.Busy);
        if (_refused is null)
        {
            _chunks.Add(chunk);
            _held += chunk.Length;
        }

        if (_waiting is null)
            _waiting = this.RegisterGrainTimer(_ => Forget(), new() { DueTime = s_patience, Period = Timeout.InfiniteTimeSpan });
        else
            _waiting.Change(s_patience, Timeout.InfiniteTimeSpan);
        return Task.FromResult(_refused);
    }

    public async Task<PhotoReceipt> Finish()
    {
        DeactivateOnIdle();
        if (_refused is { } refused)
            return new PhotoReceipt(refused, null);

        var rebuilt = PhotoRebuild.Of(Gathered());
        Release();
        if (rebuilt.Problem != PhotoProblem.None)
            return new PhotoReceipt(OutcomeOf(rebuilt.Problem), null);

        var (tenant, dispatch) = Request();
        var id = IdOf(dispatch, rebuilt.File);
        var outcome = await rows.Keep(tenant, dispatch, id, rebuilt, clock.GetUtcNow());
        return new PhotoReceipt(outcome, outcome == PhotoOutcome.Kept ? id : null);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Release();
        return Task.CompletedTask;
    }

    private Task Forget()
    {
        Refuse(PhotoOutcome.Busy);
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void Refuse(PhotoOutcome why)
    {
        _refused = why;
        Release();
    }

    private void Release()
    {
        room.Give(_held);
        _held = 0;
        _chunks.Clear();
    }

    private byte[] Gathered()
    {
        var (file, at) = (new byte[_held], 0);
        foreach (var chunk in _chunks)
        {
            chunk.CopyTo(file, at);
            at += chunk.Length;
        }

        return file;
    }

    // What is shown tells a photo, not what was sent: the same picture with other notes beside it is the same.
    private static Guid IdOf(Guid dispatch, byte[] file) => new(SHA256.HashData([.. dispatch.ToByteArray(), .. SHA256.HashData(file)]).AsSpan(0, 16));

    private (TenantId Tenant, Guid Dispatch) Request() =>
        this.GetPrimaryKeyString().Split('/') is [_, var tenant, var dispatch, _] ? (new TenantId(tenant), Guid.ParseExact(dispatch, "n")) : throw new InvalidOperationException("The key names no request.");

    private static PhotoOutcome OutcomeOf(PhotoProblem problem) => problem switch
    {
        PhotoProblem.None => PhotoOutcome.Kept,
        PhotoProblem.Heic => PhotoOutcome.Heic,
        PhotoProblem.NotAPhoto => PhotoOutcome.NotAPhoto,
        PhotoProblem.Broken => PhotoOutcome.Broken,
        PhotoProblem.TooManyPixels => PhotoOutcome.TooManyPixels,
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };
}
