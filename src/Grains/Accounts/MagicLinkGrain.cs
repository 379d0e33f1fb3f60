using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[GrainType("magic-link")]
public sealed class MagicLinkGrain([PersistentState("magic-link")] IPersistentState<MagicLinkState> stored, TimeProvider clock) : StoredGrain<MagicLinkState>(stored), IMagicLinkGrain, IRemindable
{
    // How long a link that is over still says so, rather than that it never was.
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);
    private const string Tidy = "tidy";

    public static string KeyOf(string tokenHash) => $"magic-link/{tokenHash}";

    public async Task Create(MagicLink link)
    {
        if (Exists)
            return;
        await WakeToForget(link.ExpiresAt);
        State.Link = link;
        await Write();
    }

    public Task<MagicLinkView?> Look() => LeavingNothing(State.Link is { } link
        ? new MagicLinkView(link.Email, link.SignUp?.BusinessName, State.SpentBy is not null ? MagicLinkStanding.Spent : IsExpired(link) ? MagicLinkStanding.Expired : MagicLinkStanding.Open)
        : null);

    public async Task<Redemption> Spend(string sessionKey, Visitor visitor)
    {
        if (State.Link is not { } link)
            return await LeavingNothing(new Redemption.Expired());
        if (State.SpentBy is { } spentBy && spentBy != sessionKey)
            return new Redemption.Used();

        if (State.SpentBy is null)
        {
            if (IsExpired(link))
            {
                await RememberExpiry();
                return new Redemption.Expired();
            }

            await this.RegisterOrUpdateReminder(Tidy, s_retry, s_retry);
            State.SpentBy = sessionKey;
            State.Visitor = visitor;
            await Write();
        }

        if (State.Visitor is not null)
            await Finish(link, sessionKey, State.Visitor);
        return State.Outcome is { } outcome ? new Redemption.Accepted(outcome.Account, outcome.ExpiresAt, outcome.IsNewTenant) : new Redemption.Expired();
    }

    public Task Forget() => Exists ? Clear() : Task.CompletedTask;

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (State.Link is { } link && State.Visitor is { } visitor)
            await Finish(link, State.SpentBy!, visitor);
        else if (State.Link is { } living && clock.GetUtcNow() < living.ExpiresAt + s_memory)
            await WakeToForget(living.ExpiresAt);
        else
            await ForgetNow();
    }

    // Everything here may be done twice: what a crash interrupted is done from the start, by the next click or by the reminder.
    private async Task Finish(MagicLink link, string sessionKey, Visitor visitor)
    {
        var account = link.SignUp is null ? link.Account : await GrainFactory.GetGrain<IAddressGrain>(link.AddressKey).Claim(link.Account);
        var founds = link.SignUp is not null && account == link.Account;
        if (founds)
            await Found(link.Tenant!.Value, account, link.Email, link.SignUp!);

        var expiresAt = await Account(account).SignIn(sessionKey, visitor);
        if (expiresAt is not null && visitor.DeviceKey is { } browser)
            await GrainFactory.GetGrain<IAddressGrain>(link.AddressKey).Recognise(browser);
        State.Outcome = expiresAt is { } until ? new SignedIn { Account = account, ExpiresAt = until, IsNewTenant = founds && await IsFirst(account, sessionKey) } : null;
        State.Visitor = null;
        State.Link = link with { SignUp = null };
        await Write();
        await WakeToForget(link.ExpiresAt);
    }

    // Another link for the same sign-up finds it done.
    private async Task<bool> IsFirst(AccountId account, string sessionKey) =>
        await Account(account).Look() is { } view && view.Sessions.All(session => session.SessionKey == sessionKey);

    private async Task Found(TenantId tenant, AccountId owner, EmailAddress email, SignUpDetails details)
    {
        // Reserved again first: from here on the name cannot be lost to somebody else before it is confirmed.
        var slug = await Secure(tenant, details.Slug);
        await GrainFactory.For(tenant).Tenant().Found(owner, email, details with { Slug = slug });
        await GrainFactory.Slug(slug).Confirm(tenant);
        await Account(owner).Open(email, details.Name);
        await Account(owner).Join(tenant);
    }

    // A link outlives no reservation, unless the clock was turned; then the next best name is taken rather than nobody signed up.
    private async Task<Slug> Secure(TenantId tenant, Slug wanted)
    {
        foreach (var slug in Slug.Suggestions(wanted.Value))
            if (await GrainFactory.Slug(slug).Reserve(tenant))
                return slug;
        var last = Slug.Parse($"desk-{tenant.Value[^12..]}");
        return await GrainFactory.Slug(last).Reserve(tenant) ? last : throw new InvalidOperationException($"No name is free for {tenant}");
    }

    // A clock that is set back does not revive a link that was refused.
    private async Task RememberExpiry()
    {
        if (State.WasExpired)
            return;
        State.WasExpired = true;
        await Write();
    }

    private bool IsExpired(MagicLink link) => State.WasExpired || clock.GetUtcNow() >= link.ExpiresAt;

    private IAccountGrain Account(AccountId id) => GrainFactory.GetGrain<IAccountGrain>($"account/{id}");

    private Task<IGrainReminder> WakeToForget(DateTimeOffset expiresAt)
    {
        var due = expiresAt + s_memory - clock.GetUtcNow();
        return this.RegisterOrUpdateReminder(Tidy, due > TimeSpan.Zero ? due : TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    private async Task ForgetNow()
    {
        if (Exists)
            await Clear();
        await this.Unremind(Tidy);
    }
}

[GenerateSerializer, Alias("accounts.magic-link.state")]
public sealed class MagicLinkState
{
    /// <summary>Without its sign-up once that is done.</summary>
    [Id(0)]
    public MagicLink? Link { get; set; }

    /// <summary>The session key that spent it: the commit point of a sign-in.</summary>
    [Id(1)]
    public string? SpentBy { get; set; }

    /// <summary>Who spent it, while what follows is not finished.</summary>
    [Id(2)]
    public Visitor? Visitor { get; set; }

    [Id(3)]
    public SignedIn? Outcome { get; set; }

    [Id(4)]
    public bool WasExpired { get; set; }
}

[GenerateSerializer, Alias("accounts.magic-link.signed-in")]
public sealed class SignedIn
{
    [Id(0)]
    public AccountId Account { get; set; }

    [Id(1)]
    public DateTimeOffset ExpiresAt { get; set; }

    [Id(2)]
    public bool IsNewTenant { get; set; }
}
