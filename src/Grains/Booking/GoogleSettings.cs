using Backsoon.Promises;
using Microsoft.Extensions.Configuration;

namespace Backsoon.Booking;

/// <summary>This installation's access to Google, from <c>GOOGLE_CLIENT_ID</c> and <c>GOOGLE_CLIENT_SECRET</c>. Without them nobody is offered to connect a calendar.</summary>
public sealed record GoogleSettings(string ClientId, string ClientSecret, Uri Consent, Uri Token, Uri Revocation, Uri Calendar)
{
    /// <summary>Google, at the addresses that are called. Where consent is asked for, hosts go themselves.</summary>
    public ThirdParty ThirdParty => ThirdParties.Google(Token, Revocation, Calendar);

    /// <summary>What is set wrongly, a sentence each. Nothing at all is fine.</summary>
    public static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        var problems = new List<string>();
        if (IsSet(configuration, "GOOGLE_CLIENT_ID") != IsSet(configuration, "GOOGLE_CLIENT_SECRET"))
            problems.Add("GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET belong together: set both, or neither to do without Google Calendar.");
        if (IsSet(configuration, "GOOGLE_URL") && !(Uri.TryCreate(configuration["GOOGLE_URL"], UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
            problems.Add("GOOGLE_URL is not an address of the web: leave it out.");
        return problems;
    }

    /// <returns>Null when nothing is set.</returns>
    /// <exception cref="InvalidOperationException">Something is set, but wrongly.</exception>
    public static GoogleSettings? Read(IConfiguration configuration)
    {
        if (Problems(configuration) is { Count: > 0 } problems)
            throw new InvalidOperationException(string.Join(' ', problems));
        if (!IsSet(configuration, "GOOGLE_CLIENT_ID"))
            return null;

        Uri At(string host, string path) => new(new Uri(IsSet(configuration, "GOOGLE_URL") ? configuration["GOOGLE_URL"]!.Trim().TrimEnd('/') + "/" : host), path);
        return new(
            configuration["GOOGLE_CLIENT_ID"]!.Trim(), configuration["GOOGLE_CLIENT_SECRET"]!.Trim(), At("https://accounts.google.com/", "o/oauth2/v2/auth"), At("https://oauth2.googleapis.com/", "token"),
            At("https://oauth2.googleapis.com/", "revoke"), At("https://www.googleapis.com/", "calendar/v3/"));
    }

    private static bool IsSet(IConfiguration configuration, string name) => !string.IsNullOrWhiteSpace(configuration[name]);
}
