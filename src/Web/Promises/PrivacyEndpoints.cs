using Backsoon.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Promises;

public static class PrivacyEndpoints
{
    // Half a year ahead of whenever it is read; RFC 9116 recommends less than a year.
    private static readonly TimeSpan s_fresh = TimeSpan.FromDays(180);

    public static void MapPrivacy(this RouteGroupBuilder site)
    {
        site.MapGet("/privacy", async (Policies policies) => new RazorComponentResult<Privacy>(new { Standing = await policies.Look() }));
        site.MapGet("/.well-known/security.txt", (Site own, IConfiguration configuration, TimeProvider clock) => Results.Text(
            $"""
            Contact: {(configuration["SECURITY_CONTACT"] is { Length: > 0 } contact ? contact : $"mailto:security@{own.Host}")}
            Expires: {LogRow.Say(clock.GetUtcNow() + s_fresh)}
            Preferred-Languages: en
            Canonical: {own.Home("/.well-known/security.txt")}
            Policy: {own.Home("/promises#vulnerability-answer")}

            """.ReplaceLineEndings("\r\n")));
    }
}
