using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[GrainType("session")]
public sealed class SessionGrain([PersistentState("session")] IPersistentState<SessionState> stored, TimeProvider clock) : StoredGrain<SessionState>(stored), ISessionGrain, IRemindable
{
    private const string Over = "over";

    // A clock that is set back does not revive a session that was refused.
    private bool _wasOver;

    public async Task<bool> Start(AccountId account, TenantId? tenant, DateTimeOffset expiresAt)
    {
        if (Exists)
            return State.Account == account;

        await this.RegisterOrUpdateReminder(Over, expiresAt - clock.GetUtcNow(), TimeSpan.FromHours(1));
        State.Account = account;
        State.Tenant = tenant;
        State.ExpiresAt = expiresAt;
        State.LastSeenAt = clock.GetUtcNow();
        await Write();
        return true;
    }

    public Task<SessionView?> Check() => LeavingNothing(
        IsAlive(out var account) ? new SessionView(account, State.Tenant, State.ExpiresAt, State.LastSeenAt) : null);

    public async Task Touch()
    {
        if (!IsAlive(out var account))
            return;
        State.LastSeenAt = clock.GetUtcNow();
        await Write();
        await Account(account).Seen(Key, State.LastSeenAt);
    }

    public async Task End()
    {
        var account = State.Account;
        await Revoke();
        if (account is { } listedBy)
            await Account(listedBy).SessionEnded(Key);
    }

    // What stays until the end of its days is that this key is spent, and nothing of whose it was.
    public async Task Revoke()
    {
        if (State.Account is null)
            return;
        State.Account = null;
        State.Tenant = null;
        await Write();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Exists && State.ExpiresAt > clock.GetUtcNow())
            return;
        if (Exists)
            await Clear();
        await this.Unremind(Over);
    }

    private string Key => this.GetPrimaryKeyString()["session/".Length..];

    private bool IsAlive(out AccountId account)
    {
        account = State.Account.GetValueOrDefault();
        _wasOver |= Exists && State.ExpiresAt <= clock.GetUtcNow();
        return State.Account is not null && !_wasOver;
    }

    private IAccountGrain Account(AccountId id) => GrainFactory.GetGrain<IAccountGrain>($"account/{id}");
}

[GenerateSerializer, Alias("accounts.session.state")]
public sealed class SessionState
{
    /// <summary>Null once signed out.</summary>
    [Id(0)]
    public AccountId? Account { get; set; }

    [Id(1)]
    public TenantId? Tenant { get; set; }

    [Id(2)]
    public DateTimeOffset ExpiresAt { get; set; }

    [Id(3)]
    public DateTimeOffset LastSeenAt { get; set; }
}
