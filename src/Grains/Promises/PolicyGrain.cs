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

    public Task<PolicyStanding> Read() => Task.FromResult(new PolicyStanding(
        State.InForce ?? setting.Policy, State.InForce is null ? clock.GetUtcNow() : State.Since, State.Next, State.NextAt, [.. _thirdParties.Select(party => party with { From = Noted(party)?.From })]).At(clock.GetUtcNow()));

    public async Task Start()
    {
        var now = clock.GetUtcNow();
        // Whoever had businesses before there was a choice kept to the strictest.
        var hasOwners = (await ledger.Read("select exists (select from tenant)", row => row.GetBoolean(0))).Single();
        State.InForce ??= hasOwners ? new Policy() : setting.Policy;
        State.Since = State.Since == default ? now : State.Since;
        await TakeEffect(now);
        var come = hasOwners ? _thirdParties.Where(IsNew).ToArray() : [];
        var notice = State.InForce.ChangeNotice;
        var parties = _thirdParties.Select(party => Noted(party) ?? (party.CanWait && come.Contains(party) && notice > TimeSpan.Zero ? Coming(party.Name, notice, now) : new NotedParty(party.Name, null))).ToList();
        var isNoted = State.Parties?.SequenceEqual(parties) == true;
        State.Parties = parties;
        if (setting.Policy != (State.Next ?? State.InForce) || come.Length > 0)
            await Announce(now, come);
        else if (!Exists || !isNoted)
            await Write();
        TellOn();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await TakeEffect(clock.GetUtcNow());
        TellOn();
        if (State is { Next: null, Told: null } && State.Parties?.Exists(party => party.TellBy is not null) != true)
            await this.Unremind(Change);
    }

    // The reminder first: what was announced is told to everybody, and takes effect, whatever happens next.
    private async Task Announce(DateTimeOffset now, ThirdParty[] come)
    {
        await this.RegisterOrUpdateReminder(Change, s_retry, s_retry);
        var before = State.InForce!;
        var (isAnother, notice) = (setting.Policy != (State.Next ?? before), before.ChangeNotice);
        // Whoever has not been told of the one before is told of both.
        State.Changes = [.. State.Told is null || isAnother ? [] : State.Changes, .. isAnother ? PolicyTerms.Changes(before, setting.Policy) : [], .. come.Select(party => PolicyTerms.Comes(party))];
        State.ToldFor = notice > TimeSpan.Zero ? After(notice, now) : now;
        if (isAnother)
        {
            State.Next = setting.Policy == before ? null : setting.Policy;
            State.NextAt = State.ToldFor.Value;
            (State.AnnouncedAt, State.Promised, State.ToldBy, State.IsInTime) = (now, notice, null, false);
        }

        State.Announcement = Guid.CreateVersion7(now);
        State.Told = "";
        await Write();
        await TakeEffect(now);
    }

    // The product was away when owners were to be told: all are told anew, and of a later day. Whom the provider of mail keeps from hearing holds nobody up.
    private async Task PostponeIfToldLate(DateTimeOffset now)
    {
        var last = State.NextAt - State.Promised;
        var policyIsDue = State.Next is not null && !State.IsInTime && State.Promised > TimeSpan.Zero && now > last;
        var tellBy = State.Parties?.Min(party => party.TellBy < now ? party.TellBy : null);
        if (!policyIsDue && tellBy is null)
            return;

        var policyIsLate = policyIsDue && await WereToldAfter(last, State.AnnouncedAt);
        var partiesAreLate = tellBy is { } by && await WereToldAfter(by, by - s_telling);
        State.IsInTime |= policyIsDue && !policyIsLate;
        State.Parties = State.Parties?.ConvertAll(party => !(party.TellBy < now) ? party : partiesAreLate ? Coming(party.Name, party.From!.Value - party.TellBy!.Value, now) : party with { TellBy = null });
        if (policyIsLate)
            (State.NextAt, State.AnnouncedAt, State.ToldBy) = (After(State.Promised, now), now, null);
        if (policyIsLate || partiesAreLate)
        {
            await ChangeNotice.Withdraw(ledger, now);
            (State.ToldFor, State.Announcement, State.Told) = (policyIsLate ? State.NextAt : State.Parties!.Max(party => party.From), Guid.CreateVersion7(now), "");
        }

        await Write();
    }

    private async Task<bool> WereToldAfter(DateTimeOffset last, DateTimeOffset? announced) => State.Told is not null || await ChangeNotice.WentOutAfter(ledger, last, announced);

    private static NotedParty Coming(string name, TimeSpan notice, DateTimeOffset now) => new(name, After(notice, now), now + s_telling);

    // Counted from when the last of them was told.
    private static DateTimeOffset After(TimeSpan notice, DateTimeOffset now) => now + s_telling + notice;

    private NotedParty? Noted(ThirdParty party) => State.Parties?.Find(noted => noted.Name == party.Name);

    // Before there was a list of them, all but these were named already.
    private bool IsNew(ThirdParty party) => Noted(party) is null && (State.Parties is not null || party.Key is ThirdParty.Analytics or ThirdParty.Proxy);

    private async Task TakeEffect(DateTimeOffset now)
    {
        await PostponeIfToldLate(now);
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
            if (State.Told is null)
                State.ToldBy ??= clock.GetUtcNow();
            await Write();
        }

        if (State.Told is null)
        {
            _telling?.Dispose();
            _telling = null;
        }
    }

    private PolicyChangeEmail Mail() => new([.. State.Changes], State.Changes.Count > 0 ? State.ToldFor ?? State.NextAt : null, site.Home("/privacy"));

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

    /// <summary>Everybody whom owners were told of; null before there was a list.</summary>
    [Id(9)]
    public List<NotedParty>? Parties { get; set; }

    /// <summary>From when on what was announced last is so, or some of it.</summary>
    [Id(10)]
    public DateTimeOffset? ToldFor { get; set; }

    /// <summary>When everybody had been told of the policy that was announced last; null while they are being told.</summary>
    [Id(11)]
    public DateTimeOffset? ToldBy { get; set; }

    /// <summary>Whether it is known that everybody was told early enough.</summary>
    [Id(12)]
    public bool IsInTime { get; set; }
}

/// <param name="From">From when on; null for whoever sees it already.</param>
/// <param name="TellBy">By when owners have to have been told of it; null once that is known, or nobody waits.</param>
[GenerateSerializer, Immutable, Alias("promises.policy.noted-party")]
public sealed record NotedParty(string Name, DateTimeOffset? From, DateTimeOffset? TellBy = null);
