using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>Somebody else who gets to see something: the privacy page names them, and nothing goes out to a host that is not one of theirs (R29).</summary>
/// <param name="When">What makes it go there.</param>
/// <param name="Sees">What they get to see.</param>
/// <param name="Hosts">Where what they see goes to: from here, or from whoever looks at a page.</param>
/// <param name="CanWait">Whether owners have their notice before they see anything. Who sends mails or stands in front of the pages is chosen by the operator, and sees what they see at once.</param>
/// <param name="From">From when on; null for whoever sees it already.</param>
[GenerateSerializer, Immutable, Alias("promises.third-party")]
public sealed record ThirdParty(string Key, string Name, string When, string Sees, ImmutableArray<string> Hosts, bool CanWait = false, DateTimeOffset? From = null)
{
    /// <summary>What counts visits to the pages that sell.</summary>
    public const string Analytics = "analytics";

    /// <summary>What is in front of every page.</summary>
    public const string Proxy = "proxy";

    public bool IsInvolved(DateTimeOffset now) => From is not { } from || from <= now;

    public bool Has(string host) => Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
