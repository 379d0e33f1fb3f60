using System.Globalization;
using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What a caller's form carries: whose desk it is, the id its request will have, and when it was shown.</summary>
/// <remarks>The id is made with the form, so a double click, a reload and a retry all send the same request.</remarks>
public readonly record struct DeskTicket(TenantId Tenant, Guid Dispatch, DateTimeOffset RenderedAt, TokenStanding Standing)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public bool IsValid => Standing == TokenStanding.Valid;

    public static DeskTicket New(TenantId tenant, DateTimeOffset now) => new(tenant, Guid.CreateVersion7(now), now, TokenStanding.Valid);

    public static DeskTicket Read(KeyRing ring, string token, DateTimeOffset now)
    {
        var reading = ring.Tokens.Read(TokenPurpose.DeskForm, token, now);
        return reading.Parts is [var tenant, var id, var rendered] && Guid.TryParseExact(id, "n", out var dispatch) && long.TryParse(rendered, CultureInfo.InvariantCulture, out var seconds)
            ? new DeskTicket(new TenantId(tenant), dispatch, DateTimeOffset.FromUnixTimeSeconds(seconds), reading.Standing)
            : default;
    }

    public string Sign(KeyRing ring, DateTimeOffset now) =>
        ring.Tokens.Sign(TokenPurpose.DeskForm, now + Life, Tenant.Value, Dispatch.ToString("n"), RenderedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
}
