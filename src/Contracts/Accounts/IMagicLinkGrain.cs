using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

/// <summary>One link in one mail that signs one person in, once, within 15 minutes (R38).</summary>
/// <remarks>Key: <c>magic-link/{sha256 of the token}</c>. Looking spends nothing; only a POST does.</remarks>
[Alias("accounts.magic-link")]
public interface IMagicLinkGrain : IGrainWithStringKey
{
    [Alias("create")]
    Task Create(MagicLink link);

    /// <summary>Null when there is no such link, or there was one long ago.</summary>
    [ReadOnly, Alias("look")]
    Task<MagicLinkView?> Look();

    /// <summary>Signs in. The same session key again is answered as the first time: a double click is one sign-in.</summary>
    [Alias("spend")]
    Task<Redemption> Spend(string sessionKey, Visitor visitor);

    /// <summary>Forgets the link before its time, because whose it was is erased. It would forget by itself an hour after its end.</summary>
    [OneWay, Alias("forget")]
    Task Forget();
}

/// <param name="AddressKey">Grain key of the address.</param>
/// <param name="Account">Whose sign-in this is; for a sign-up, the id the new account will have.</param>
/// <param name="SignUp">What to found when spent; null for a sign-in.</param>
/// <param name="Tenant">For a sign-up, the id the new tenant will have, which holds the slug's reservation.</param>
[GenerateSerializer, Immutable, Alias("accounts.magic-link.new")]
public sealed record MagicLink(string AddressKey, EmailAddress Email, AccountId Account, SignUpDetails? SignUp, TenantId? Tenant, DateTimeOffset ExpiresAt);

[GenerateSerializer, Immutable, Alias("accounts.magic-link.view")]
public sealed record MagicLinkView(EmailAddress Email, string? BusinessName, MagicLinkStanding Standing);

[Alias("accounts.magic-link.standing")]
public enum MagicLinkStanding
{
    Open,
    Spent,
    Expired,
}

[GenerateSerializer, Immutable, Alias("accounts.redemption")]
public abstract record Redemption
{
    /// <param name="IsNewTenant">True once, right after the sign-up this link confirmed.</param>
    [GenerateSerializer, Immutable, Alias("accounts.redemption.accepted")]
    public sealed record Accepted(AccountId Account, DateTimeOffset ExpiresAt, bool IsNewTenant) : Redemption;

    [GenerateSerializer, Immutable, Alias("accounts.redemption.used")]
    public sealed record Used : Redemption;

    [GenerateSerializer, Immutable, Alias("accounts.redemption.expired")]
    public sealed record Expired : Redemption;
}
