using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What the form of a message carries: about which request, whose words they are, and the id the message will have.</summary>
/// <remarks>The id is made with the form, so a double click, a reload and a retry all write the same message.</remarks>
/// <param name="Vendor">Null for the caller.</param>
public readonly record struct MessageTicket(TenantId Tenant, Guid Dispatch, Guid? Vendor, Guid Message, TokenStanding Standing)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public bool IsValid => Standing == TokenStanding.Valid;

    public static MessageTicket New(TenantId tenant, Guid dispatch, Guid? vendor, DateTimeOffset now) => new(tenant, dispatch, vendor, Guid.CreateVersion7(now), TokenStanding.Valid);

    /// <summary>Null when it is forged, or was made for another desk, request or vendor.</summary>
    public static MessageTicket? Read(KeyRing ring, string token, TenantId tenant, Guid dispatch, Guid? vendor, DateTimeOffset now)
    {
        var reading = ring.Tokens.Read(Purpose(vendor), token, now);
        return reading.Parts is [var whose, var about, var by, var id] && whose == tenant.Value && about == $"{dispatch:n}" && by == $"{vendor:n}" && Guid.TryParseExact(id, "n", out var message)
            ? new MessageTicket(tenant, dispatch, vendor, message, reading.Standing)
            : null;
    }

    public string Sign(KeyRing ring, DateTimeOffset now) => ring.Tokens.Sign(Purpose(Vendor), now + Life, Tenant.Value, $"{Dispatch:n}", $"{Vendor:n}", $"{Message:n}");

    private static string Purpose(Guid? vendor) => vendor is null ? TokenPurpose.CallerMessage : TokenPurpose.VendorMessage;
}
