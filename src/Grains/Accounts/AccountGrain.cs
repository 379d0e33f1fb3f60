using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[GrainType("account")]
public sealed class AccountGrain(
    [PersistentState("account")] IPersistentState<AccountState> stored, Ledger ledger, Outbox outbox, Suppressions suppressions, Keys keys, Policies policies, Site site, TimeProvider clock) : StoredGrain<AccountState>(stored), IAccountGrain, IRemindable
{
    private const string Forgetting = "forget-ips";

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await PostPending();

    public async Task Open(EmailAddress email, string name)
    {
        if (Exists)
            return;
        State.Email = email;
        State.Name = name;
        await Write();
    }

    public async Task Join(TenantId tenant)
    {
        if (!Exists)
            throw new InvalidOperationException($"{Id} was not opened");
        if (State.Tenants.Contains(tenant))
            return;
        State.Tenants.Add(tenant);
        await Write();
    }

    public async Task<DateTimeOffset?> SignIn(string sessionKey, Visitor visitor)
    {
        if (!Exists)
            return null;

        var now = clock.GetUtcNow();
        var session = State.Sessions.Find(s => s.Key == sessionKey);
        if (session is null)
        {
            await PostPending();
            var policy = await policies.Current();
            var ipLife = Policy.Early(policy.Sources);
            session = new ListedSession { Id = Guid.CreateVersion7(now), Key = sessionKey, Device = visitor.Device, Ip = visitor.Ip, StartedAt = now, LastSeenAt = now, ExpiresAt = now + policy.Session };
            await this.RemindUnlessSet(Forgetting, ipLife < policy.Session ? ipLife : policy.Session, TimeSpan.FromDays(1));
            State.Forget(now - ipLife, now);
            if (State.IsNews(visitor))
                State.NewDevice = new NewDevice { Mail = Guid.CreateVersion7(now), Device = visitor.Device, At = now };
            State.Remember(session, visitor);
            await Write();
        }

        if (!await Session(sessionKey).Start(Id, State.Tenants is [var first, ..] ? first : null, session.ExpiresAt))
        {
            State.Sessions.Remove(session);
            await Write();
            return null;
        }

        await PostPending();
        return session.ExpiresAt;
    }

    public async Task<AccountView?> Look()
    {
        if (!Exists)
            return null;
        var now = clock.GetUtcNow();
        var ipLife = await IpLife();
        var sessions = State.Sessions.Where(s => s.ExpiresAt > now).OrderByDescending(s => s.LastSeenAt)
            .Select(s => new SessionEntry(s.Id, s.Key, s.Device, now - s.StartedAt < ipLife ? s.Ip : null, s.StartedAt, s.LastSeenAt, s.ExpiresAt));
        return new AccountView(Id, State.Email!, State.Name, [.. State.Tenants], [.. sessions], !State.RefusesSeal);
    }

    public async Task<Refusal?> Refusal() => State.Email is { } email ? (await suppressions.Of(null, [email])).GetValueOrDefault(email) : null;

    public async Task<bool> AcceptMail() => State.Email is { } email && await suppressions.Lift(email);

    public async Task Rename(string name)
    {
        if (!Exists)
            return;
        State.Name = name;
        await Write();
    }

    public async Task SendSeal(bool send)
    {
        if (!Exists || State.RefusesSeal == !send)
            return;
        State.RefusesSeal = !send;
        await Write();
    }

    public async Task Seen(string sessionKey, DateTimeOffset at)
    {
        if (State.Sessions.Find(s => s.Key == sessionKey) is not { } session || session.LastSeenAt >= at)
            return;
        session.LastSeenAt = at;
        await Write();
    }

    public async Task SessionEnded(string sessionKey)
    {
        if (State.Sessions.RemoveAll(s => s.Key == sessionKey) > 0)
            await Write();
    }

    public async Task<bool> EndSession(Guid session)
    {
        var ended = await EndWhere(s => s.Id == session);
        return ended > 0;
    }

    public Task EndOtherSessions(string? exceptSessionKey) => EndWhere(s => s.Key != exceptSessionKey);

    public async Task Leave(TenantId tenant)
    {
        if (Exists && !State.Tenants.Contains(tenant))
            return;
        if (State.Tenants.Count <= 1)
        {
            await Erase();
        }
        else
        {
            await EndWhere(_ => true);
            State.Tenants.Remove(tenant);
            await Write();
        }
    }

    // The state goes last: until then, whoever asks again finds what is left to do.
    public async Task Erase()
    {
        if (!Exists)
        {
            // One that was cut off at its very end has left a reminder with its name.
            await this.Unremind(Forgetting);
            return;
        }

        await EndWhere(_ => true);
        var ring = await keys.Current();
        foreach (var link in await GrainFactory.GetGrain<IAddressGrain>($"address/{ring.For(State.Email!)}").Release())
            await GrainFactory.GetGrain<IMagicLinkGrain>(link).Forget();
        await ledger.Execute("delete from outbox where account_id = $1", Id.Value);
        await ledger.Execute("delete from development_mail where account_id = $1", Id.Value);
        await Clear();
        await this.Unremind(Forgetting);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => ForgetOld();

    public async Task ForgetOld()
    {
        var now = clock.GetUtcNow();
        var ipLife = await IpLife();
        if (State.Forget(now - ipLife, now))
            await Write();
        if (State.ForgetsNext(ipLife) is { } next)
            await this.RegisterOrUpdateReminder(Forgetting, next > now ? next - now : TimeSpan.Zero, TimeSpan.FromDays(1));
        else
            await this.Unremind(Forgetting);
    }

    private AccountId Id => new(this.GetPrimaryKeyString()["account/".Length..]);

    private async Task<TimeSpan> IpLife() => Policy.Early((await policies.Current()).Sources);

    // Ended first and then taken off the list: one that were off the list and alive could not be ended any more.
    private async Task<int> EndWhere(Predicate<ListedSession> which)
    {
        var ended = State.Sessions.FindAll(which);
        foreach (var session in ended)
            await Session(session.Key).Revoke();
        if (ended.Count > 0)
        {
            State.Sessions.RemoveAll(ended.Contains);
            await Write();
        }

        return ended.Count;
    }

    private async Task PostPending()
    {
        if (State.NewDevice is not { } news)
            return;
        var mail = new NewDeviceEmail(news.Device, news.At, site.App("/sessions"));
        await outbox.Post(new OutgoingMail(news.Mail, MailPriority.Urgent, State.Email!, "You", mail) { Account = Id });
        State.NewDevice = null;
        await Write();
    }

    private ISessionGrain Session(string key) => GrainFactory.GetGrain<ISessionGrain>($"session/{key}");
}
