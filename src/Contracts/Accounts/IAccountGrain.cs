using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

/// <summary>A person who signs in: name, address, the tenants they are in, the browsers they are signed in with.</summary>
/// <remarks>Key: <c>account/{id}</c>.</remarks>
[Alias("accounts.account")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Makes the account if it is not there yet. Idempotent; a later call changes nothing.</summary>
    [Alias("open")]
    Task Open(EmailAddress email, string name);

    [Alias("join")]
    Task Join(TenantId tenant);

    /// <summary>Starts the session of this key and lists it; mails about a device not seen before (P21). Idempotent for one key.</summary>
    /// <returns>When the session ends; null when there is no such account.</returns>
    [Alias("sign-in")]
    Task<DateTimeOffset?> SignIn(string sessionKey, Visitor visitor);

    [ReadOnly, Alias("look")]
    Task<AccountView?> Look();

    /// <summary>Why mail about the account itself does not go to its address; null when it does.</summary>
    [ReadOnly, Alias("refusal")]
    Task<Refusal?> Refusal();

    /// <summary>The person wants that mail again. False when nothing kept it back.</summary>
    [Alias("accept-mail")]
    Task<bool> AcceptMail();

    [Alias("rename")]
    Task Rename(string name);

    /// <summary>Whether the promises' seal is mailed to them each month.</summary>
    [Alias("send-seal")]
    Task SendSeal(bool send);

    /// <summary>A session was in use then.</summary>
    [OneWay, Alias("seen")]
    Task Seen(string sessionKey, DateTimeOffset at);

    /// <summary>A session has ended itself and goes off the list. One-way, as <see cref="Seen"/> is: a session that waited for its account could meet the account waiting for it.</summary>
    [OneWay, Alias("session-ended")]
    Task SessionEnded(string sessionKey);

    /// <summary>Ends one session by the id the list shows. False when it is not on the list.</summary>
    [Alias("end-session")]
    Task<bool> EndSession(Guid session);

    /// <summary>Ends every session but the one of this key.</summary>
    [Alias("end-other-sessions")]
    Task EndOtherSessions(string? exceptSessionKey);

    /// <summary>Forgets sessions that are over, and addresses on the network that are to be forgotten by now. It does so by itself; the sweep need not wait for that after a stop.</summary>
    [Alias("forget-old")]
    Task ForgetOld();

    /// <summary>Leaves a business that is erased: signs out everywhere, and erases the account when it is in no other. Idempotent.</summary>
    [Alias("leave")]
    Task Leave(TenantId tenant);

    /// <summary>Ends sessions, frees the address, forgets the person and the mails to them.</summary>
    [Alias("erase")]
    Task Erase();
}

[GenerateSerializer, Immutable, Alias("accounts.account.view")]
public sealed record AccountView(AccountId Id, EmailAddress Email, string Name, ImmutableArray<TenantId> Tenants, ImmutableArray<SessionEntry> Sessions, bool GetsSeal = true);

/// <param name="Ip">Null once 30 days old (R13).</param>
[GenerateSerializer, Immutable, Alias("accounts.session-entry")]
public sealed record SessionEntry(Guid Id, string SessionKey, string Device, string? Ip, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt);
