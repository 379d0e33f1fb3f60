using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>The four buttons of a vendor's page. The link of the mail gives the right to see; each button has a token of its own, good for that one thing (R11).</summary>
public static class VendorLink
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(60);

    public static string Purpose(VendorAnswer answer) => answer switch
    {
        VendorAnswer.Accept => TokenPurpose.Accept,
        VendorAnswer.Decline => TokenPurpose.Decline,
        VendorAnswer.OnMyWay => TokenPurpose.OnMyWay,
        VendorAnswer.Done => TokenPurpose.Done,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    public static VendorAnswer? Answer(string purpose) => purpose switch
    {
        TokenPurpose.Accept => VendorAnswer.Accept,
        TokenPurpose.Decline => VendorAnswer.Decline,
        TokenPurpose.OnMyWay => VendorAnswer.OnMyWay,
        TokenPurpose.Done => VendorAnswer.Done,
        _ => null,
    };

    public static string Sign(KeyRing ring, string purpose, VendorSight sight, DateTimeOffset now) =>
        ring.Tokens.Sign(purpose, now + Life, sight.Tenant.Value, sight.Dispatch.ToString("n"), sight.Vendor.ToString("n"));

    /// <summary>What a token names; null when it is forged, of another purpose, or for another tenant's desk.</summary>
    public static (VendorSight Sight, bool Expired)? Read(KeyRing ring, string purpose, TenantId tenant, string? token, DateTimeOffset now)
    {
        var reading = ring.Tokens.Read(purpose, token, now);
        return reading.Parts is [var whose, var id, var who] && whose == tenant.Value && Guid.TryParseExact(id, "n", out var dispatch) && Guid.TryParseExact(who, "n", out var vendor)
            ? (new VendorSight(tenant, dispatch, vendor), reading.Standing == TokenStanding.Expired)
            : null;
    }
}

/// <summary>One vendor and one request.</summary>
public readonly record struct VendorSight(TenantId Tenant, Guid Dispatch, Guid Vendor);
