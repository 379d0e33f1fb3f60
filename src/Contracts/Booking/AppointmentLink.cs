using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>The address of an appointment's page on the desk, which nobody guesses: the right to see it, and to go on to its buttons.</summary>
public static class AppointmentLink
{
    public static readonly TimeSpan Life = TokenKeys.LongestLife;

    public static string Path(TokenKeys tokens, TenantId tenant, Guid appointment, DateTimeOffset now) => $"/a/{tokens.Sign(TokenPurpose.Appointment, now + Life, tenant.Value, appointment.ToString("n"))}";

    /// <returns>The appointment this token leads to at this tenant's desk, and whether the link still lives; null when it is forged or another desk's.</returns>
    public static (Guid Appointment, bool Expired)? Read(TokenKeys tokens, TenantId tenant, string token, DateTimeOffset now)
    {
        var reading = tokens.Read(TokenPurpose.Appointment, token, now);
        return reading.Parts is [var whose, var id] && whose == tenant.Value && Guid.TryParseExact(id, "n", out var appointment) ? (appointment, reading.Standing == TokenStanding.Expired) : null;
    }
}
