using System.Net;
using System.Net.Sockets;

namespace Backsoon.Accounts;

/// <summary>Who is at the other end of a request, as far as abuse detection and the list of devices need it (P4, R13).</summary>
/// <param name="Ip">The peer's address, or the last hop named by a trusted proxy; kept 30 days at most.</param>
/// <param name="Device">What the browser calls itself, in a few words: "Firefox on Android".</param>
/// <param name="DeviceKey">Hash of the device cookie, so that a device is new only once; null where there is none yet.</param>
[GenerateSerializer, Immutable, Alias("accounts.visitor")]
public sealed record Visitor(string Ip, string Device, string? DeviceKey)
{
    /// <summary>What limits count by: the address itself for IPv4, its /64 for IPv6.</summary>
    public static string LimitKey(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily != AddressFamily.InterNetworkV6)
            return plain.ToString();

        var bytes = plain.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return $"{new IPAddress(bytes)}/64";
    }
}
