using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>Somebody else who gets to see something: the privacy page names them, and nothing goes out to a host that is not one of theirs (R29).</summary>
/// <param name="When">What makes it go there.</param>
/// <param name="Sees">What they get to see.</param>
[GenerateSerializer, Immutable, Alias("promises.third-party")]
public sealed record ThirdParty(string Key, string Name, string When, string Sees, ImmutableArray<string> Hosts)
{
    public bool Has(string host) => Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
