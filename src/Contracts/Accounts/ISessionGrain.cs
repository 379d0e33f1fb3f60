using Backsoon.Tenants;

namespace Backsoon.Accounts;

/// <summary>One browser signed in for 30 days (R39).</summary>
/// <remarks>Key: <c>session/{sha256 of the token}</c>.</remarks>
[Alias("accounts.session")]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>Idempotent for the same account. False when this session was ended already: one that is over never begins again.</summary>
    [Alias("start")]
    Task<bool> Start(AccountId account, TenantId? tenant, DateTimeOffset expiresAt);

    /// <summary>Null when the session is over, revoked, or never was.</summary>
    [ReadOnly, Alias("check")]
    Task<SessionView?> Check();

    /// <summary>Notes that the session is in use; the page calls it when <see cref="SessionView.LastSeenAt"/> is over an hour old.</summary>
    [OneWay, Alias("touch")]
    Task Touch();

    /// <summary>Signs out, at once; soon after, the session is off the account's list. Idempotent.</summary>
    [Alias("end")]
    Task End();

    /// <summary>The same, asked by the account, which takes it off its list itself.</summary>
    [Alias("revoke")]
    Task Revoke();
}

/// <param name="Tenant">The business being looked at; null for an account without any.</param>
[GenerateSerializer, Immutable, Alias("accounts.session.view")]
public sealed record SessionView(AccountId Account, TenantId? Tenant, DateTimeOffset ExpiresAt, DateTimeOffset LastSeenAt);
