using System.Text.RegularExpressions;
using Backsoon.Promises;

namespace Backsoon.Shared;

/// <summary>The tag that counts visits: on pages that sell and on no other, once it is named on the privacy page, and never for whoever asks not to be tracked (R15, R16).</summary>
public static partial class Analytics
{
    public static readonly string Script = Styles.Address("analytics.js");

    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>Lets this answer, and no other, load the tag. Null for a page without it.</summary>
    public static async Task<string?> For(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<ServerSettings>().AnalyticsId is not { } id)
            return null;

        // With the tag or without it is another page.
        var response = context.Response;
        response.Headers.Append("Vary", "DNT, Sec-GPC");
        var request = context.Request.Headers;
        if (request["DNT"] == "1" || request["Sec-GPC"] == "1")
            return null;
        var party = (await services.GetRequiredService<Policies>().Look()).ThirdParties.FirstOrDefault(party => party.Key == ThirdParty.Analytics);
        if (party?.IsInvolved(services.GetRequiredService<TimeProvider>().GetUtcNow()) != true)
            return null;

        var hosts = string.Join(' ', party.Hosts.Select(host => $"https://{host}"));
        response.Headers.ContentSecurityPolicy = response.Headers.ContentSecurityPolicy.ToString()
            .Replace("script-src 'self'", $"script-src 'self' https://{party.Hosts[0]}", StringComparison.Ordinal)
            .Replace("img-src 'self' data:", $"img-src 'self' data: {hosts}", StringComparison.Ordinal)
            .Replace("connect-src 'self'", $"connect-src 'self' {hosts}", StringComparison.Ordinal);
        return id;
    }

    [GeneratedRegex("^G-[A-Z0-9]{4,20}$")]
    private static partial Regex Id();
}
