using Backsoon.Accounts;

namespace Backsoon.Shared;

/// <summary>Who is at the other end, as the sessions page and abuse detection see it.</summary>
public static class Visitors
{
    public static string LimitKey(HttpContext context) => context.Connection.RemoteIpAddress is { } ip ? Visitor.LimitKey(ip) : "unknown";

    public static Visitor Of(HttpContext context) => new(
        context.Connection.RemoteIpAddress is { } ip ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString() : "unknown",
        Device(context.Request.Headers.UserAgent.ToString()),
        SessionCookie.KnownBrowser(context.Request) is { } browser ? Secret.Hash(browser) : null);

    /// <summary>"Firefox on Android", from what browsers call themselves; a few words are enough to recognise one's own.</summary>
    public static string Device(string userAgent)
    {
        bool Has(string word) => userAgent.Contains(word, StringComparison.OrdinalIgnoreCase);
        var browser = Has("Edg") ? "Edge" : Has("OPR/") ? "Opera" : Has("Firefox") || Has("FxiOS") ? "Firefox" : Has("Chrome") || Has("CriOS") ? "Chrome" : Has("Safari") ? "Safari" : "A browser";
        var system = Has("iPhone") ? "iPhone" : Has("iPad") ? "iPad" : Has("Android") ? "Android" : Has("Windows") ? "Windows" : Has("Mac OS") ? "Mac" : Has("Linux") || Has("CrOS") ? "Linux" : "an unknown device";
        return $"{browser} on {system}";
    }
}
