using Backsoon.Accounts;

namespace Backsoon.Tenants;

/// <summary>Everything of one business in one ZIP (R33, C20, C21): made in the background, piece by piece, and kept for as long as its link works.</summary>
/// <remarks>Key: <c>archive/{tenant}</c>.</remarks>
[Alias("tenants.archive")]
public interface IArchiveGrain : IGrainWithStringKey
{
    /// <summary>Begins a new one, unless one is being made; whoever asked is mailed when it is ready. Null when the tenant is gone.</summary>
    [Alias("start")]
    Task<ArchiveView?> Start(AccountId by);

    /// <summary>Null when there is none.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<ArchiveView?> Look();

    /// <summary>One piece of a finished one; null when it is over or was never made.</summary>
    [AlwaysInterleave, Alias("read")]
    Task<byte[]?> Read(Guid id, int seq);

    /// <summary>Forgets everything; the tenant is being erased.</summary>
    [Alias("forget")]
    Task Forget();
}

/// <param name="Until">Until when it can be fetched; null while it is being made.</param>
[GenerateSerializer, Immutable, Alias("tenants.archive-view")]
public sealed record ArchiveView(Guid Id, DateTimeOffset StartedAt, int Percent, DateTimeOffset? ReadyAt, DateTimeOffset? Until, long Bytes, int Pieces);
