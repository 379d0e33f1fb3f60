using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;

namespace Backsoon.Promises;

[GrainType("policy")]
public sealed class PolicyGrain(
    [PersistentState("policy")] IPersistentState<PolicyState> stored, PolicySetting setting, IEnumerable<ThirdPartySource> sources, IConfiguration configuration, Ledger ledger, Outbox outbox, Site site, TimeProvider clock)
    : StoredGrain<PolicyState>(stored), IPolicyGrain, IRemindable
{
    private const string Change = "change";
    private const int Batch = 100;
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);

    // For telling them all: who is told last has the whole notice, too.
    private static readonly TimeSpan s_telling = TimeSpan.FromDays(1);

    private readonly ImmutableArray<ThirdParty> _thirdParties = [.. sources.Select(source => source.Read(configuration)).OfType<ThirdParty>()];

    private IGrainTimer? _telling;

    public Task<PolicyStanding> Read() =>
        Task.FromResult(new PolicyStanding(State.InForce ?? setting.Policy, State.InForce is null ? clock.GetUtcNow() : State.Since, State.Next, State.NextAt, _thirdParties).At(clock.GetUtcNow()));

    public async Task Start()
    {
        var now = clock.GetUtcNow();
        // Whoever had businesses before there was a choice kept to the strictest.
        State.InForce ??= (await ledger.Read("select exists (select from tenant)", row => row.GetBoolean(0))).Single() ? new Policy() : setting.Policy;
        State.Since = State.Since == default ? now : State.Since;
        await TakeEffect(now);
        if (setting.Policy != (State.Next ?? State.InForce))
            await Announce(now);
        else if (!Exists)
            await Write();
        TellOn();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await TakeEffect(clock.GetUtcNow());
        TellOn();
        if (State is { Next: null, Told: null })
            await Unremind(Change);
    }

    // The reminder first: what was announced is told to everybody, and takes effect, whatever happens next.
    private async Task Announce(DateTimeOffset now)
    {
        await this.RegisterOrUpdateReminder(Change, s_retry, s_retry);
        var before = State.InForce!;
        var isWithdrawn = setting.Policy == before;
        State.Changes = isWithdrawn ? [] : [.. PolicyTerms.Changes(before, setting.Policy)];
        State.Next = isWithdrawn ? null : setting.Policy;
        State.NextAt = before.ChangeNotice > TimeSpan.Zero ? now + before.ChangeNotice + s_telling : now;
        (State.AnnouncedAt, State.Promised) = (now, before.ChangeNotice);
        State.Announcement = Guid.CreateVersion7(now);
        State.Told = "";
        await Write();
        await TakeEffect(now);
    }

    private async Task TakeEffect(DateTimeOffset now)
    {
        if (State.Next is not { } next || State.NextAt > now)
            return;
        (State.InForce, State.Since, State.Next) = (next, State.NextAt, null);
        await Write();
    }

    private void TellOn()
    {
        if (State.Told is not null)
            _telling ??= this.RegisterGrainTimer(_ => Tell(), new() { DueTime = TimeSpan.Zero, Period = TimeSpan.FromSeconds(1), KeepAlive = true });
    }

    // A batch a turn, by the order of ids; each mail has an id of its own, so that one told twice is told once.
    private async Task Tell()
    {
        if (State.Told is { } told)
        {
            var tenants = await ledger.Read("select id from tenant where id > $1 and erasing_at is null order by id limit " + Batch, row => new TenantId(row.GetString(0)), told);
            foreach (var tenant in tenants)
                if (await GrainFactory.For(tenant).Tenant().Profile() is { Settings.Owner.Email.IsNobodys: false } profile)
                    await outbox.Post(new OutgoingMail(MailId(tenant), MailPriority.Normal, profile.Settings.Owner.Email, "Owner", Mail()) { Tenant = tenant });
            State.Told = tenants.Count < Batch ? null : tenants[^1].Value;
            await Write();
        }

        if (State.Told is null)
        {
            _telling?.Dispose();
            _telling = null;
        }
    }

    private PolicyChangeEmail Mail() => new([.. State.Changes], State.Changes.Count > 0 ? State.NextAt : null, site.Home("/privacy"));

    private Guid MailId(TenantId tenant) => OutgoingMail.IdOf($"{State.Announcement:n}\n{tenant}");
}

[GenerateSerializer, Alias("promises.policy.state")]
public sealed class PolicyState
{
    [Id(0)]
    public Policy? InForce { get; set; }

    [Id(1)]
    public DateTimeOffset Since { get; set; }

    /// <summary>Announced, and not in force before its time.</summary>
    [Id(2)]
    public Policy? Next { get; set; }

    [Id(3)]
    public DateTimeOffset NextAt { get; set; }

    /// <summary>Of the last announcement, in words; none for one that took back another.</summary>
    [Id(4)]
    public List<string> Changes { get; set; } = [];

    [Id(5)]
    public Guid Announcement { get; set; }

    /// <summary>The last tenant whose owner was told; null when all were.</summary>
    [Id(6)]
    public string? Told { get; set; }

    [Id(7)]
    public DateTimeOffset? AnnouncedAt { get; set; }

    /// <summary>How long before it takes effect what was announced last had to be.</summary>
    [Id(8)]
    public TimeSpan Promised { get; set; }
}
