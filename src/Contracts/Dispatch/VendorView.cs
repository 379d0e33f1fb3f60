using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What a vendor sees: R10's list and what they did themselves, nothing of other vendors.</summary>
/// <param name="Messages">The caller's, and those from and to this vendor; none once the request is not theirs any more.</param>
/// <param name="IsGivenToOther">Whether the owner took it from them for somebody else, who may only be asked yet.</param>
/// <param name="CallerHasMail">Whether the caller is told of a message by mail. The address itself is nobody's but the owner's.</param>
[GenerateSerializer, Immutable, Alias("dispatch.vendor-view")]
public sealed record VendorView(
    string BusinessName, string ZoneId, OwnerContact Owner, string VendorName, string Reference, VendorStanding Standing, bool Urgent, string? SubjectLabel, string? SubjectReference, string CategoryName, string CallerName,
    string CallerPhone, string Text, DateTimeOffset ReceivedAt, DateTimeOffset? AnswerBy, ImmutableArray<DispatchEvent> Messages, bool CallerHasMail, bool CanWrite,
    ImmutableArray<Photo> Photos, bool IsTest, bool IsGivenToOther = false);

[Alias("dispatch.vendor-standing")]
public enum VendorStanding
{
    /// <summary>Asked, and nobody has accepted yet (also after the chain moved on).</summary>
    Asked,
    Declined,
    Accepted,
    OnTheWay,
    Done,
    TakenByOther,
    Closed,
}
