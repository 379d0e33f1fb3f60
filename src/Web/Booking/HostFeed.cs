using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>The address of a host's private calendar, which nobody guesses: for a calendar program, which signs in nowhere.</summary>
public static class HostFeed
{
    /// <summary>A newer address comes under every look at the host's page.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(365);

    /// <summary>Null while there is none.</summary>
    public static string? Address(KeyRing ring, Site site, TenantId tenant, Host host, DateTimeOffset now) =>
        host.Feed > 0 ? site.App($"/feed/{ring.Tokens.Sign(TokenPurpose.CalendarFeed, now + Life, tenant.Value, host.Id.ToString("n"), $"{host.Feed}")}/bookings.ics") : null;

    /// <returns>Whose calendar it is and the number of the link; null when it is forged.</returns>
    public static (TenantId Tenant, Guid Host, int Feed, bool Expired)? Read(KeyRing ring, string token, DateTimeOffset now)
    {
        var reading = ring.Tokens.Read(TokenPurpose.CalendarFeed, token, now);
        return reading.Parts is [var tenant, var id, var number] && Guid.TryParseExact(id, "n", out var host) && int.TryParse(number, out var feed)
            ? (new TenantId(tenant), host, feed, reading.Standing == TokenStanding.Expired)
            : null;
    }
}
