using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>The address of a request's status page, which nobody guesses.</summary>
public static class StatusLink
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(400);

    /// <summary>The same for one form, however often it is sent.</summary>
    public static string Path(KeyRing ring, DeskTicket ticket) => $"/s/{ring.Tokens.Sign(TokenPurpose.Status, ticket.RenderedAt + Life, ticket.Tenant.Value, ticket.Dispatch.ToString("n"))}";

    /// <returns>The dispatch this token leads to at this tenant's desk, and whether the link still lives; null when it is forged or another desk's.</returns>
    public static (Guid Dispatch, bool Expired)? Read(KeyRing ring, TenantId tenant, string token, DateTimeOffset now)
    {
        var reading = ring.Tokens.Read(TokenPurpose.Status, token, now);
        return reading.Parts is [var whose, var id] && whose == tenant.Value && Guid.TryParseExact(id, "n", out var dispatch) ? (dispatch, reading.Standing == TokenStanding.Expired) : null;
    }
}
