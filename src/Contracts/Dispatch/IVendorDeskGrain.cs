using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What one vendor has to do, across requests. Their personal link leads here.</summary>
/// <remarks>Key: <c>vendor-desk/{tenant}/{vendor}</c>. A stateless worker: everything is in the ledger and the directory.</remarks>
[Alias("dispatch.vendor-desk")]
public interface IVendorDeskGrain : IGrainWithStringKey
{
    public const int MostListed = 200;

    /// <summary>Of one link; a newer one comes under every mail.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromDays(365);

    /// <summary>Null when the link is not the vendor's last one, or was taken back.</summary>
    /// <param name="link">The number in the link.</param>
    [ReadOnly, Alias("look")]
    Task<VendorDeskView?> Look(int link);

    /// <summary>Until when the vendor is not asked; null for from now on. False when the link is over.</summary>
    [Alias("stay-away")]
    Task<bool> StayAway(int link, DateTimeOffset? until);

    /// <summary>Mails the link to the vendor, once for each id. False when there is none.</summary>
    [Alias("mail")]
    Task<bool> Mail(Guid mail);
}

/// <param name="Open">Urgent first, then the newest.</param>
/// <param name="IsWhole">Whether all are listed.</param>
[GenerateSerializer, Immutable, Alias("dispatch.vendor-desk-view")]
public sealed record VendorDeskView(string BusinessName, string ZoneId, OwnerContact Owner, string VendorName, DateTimeOffset? UnavailableUntil, ImmutableArray<VendorDeskEntry> Open, bool IsWhole);

/// <summary>One request on it: no more of the caller than the request's own page shows.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.vendor-desk-entry")]
public sealed record VendorDeskEntry(Guid Dispatch, string Reference, VendorStanding Standing, bool Urgent, string? SubjectLabel, string CategoryName, DateTimeOffset ReceivedAt, DateTimeOffset? AnswerBy, bool IsTest);
