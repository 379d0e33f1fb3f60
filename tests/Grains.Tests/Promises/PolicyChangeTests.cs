using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Promises;

/// <summary>An operator who chooses another policy changes nothing before its owners had their notice.</summary>
[Collection(Backend.Name)]
public sealed class PolicyChangeTests(Backend shared) : IAsyncLifetime
{
    private static readonly Policy s_waitlist = PolicyProfiles.Find("waitlist")!;
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private readonly ManualClock _clock = new();
    private readonly RecordedMails _mails = new();
    private NpgsqlDataSource _database = null!;
    private IHost? _host;

    public async Task InitializeAsync() => _database = await shared.NewDatabase();

    public async Task DisposeAsync()
    {
        await Stop();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_new_installation_is_run_by_what_was_chosen_at_once()
    {
        await Run(s_waitlist);
        var standing = await Standing();
        Assert.Equal(s_waitlist, standing.InForce);
        Assert.Null(standing.Next);
        Assert.Equal(_clock.GetUtcNow(), standing.Since);
    }

    [Fact, Promise("R49", "C29", "P22", "W29")]
    public async Task Owners_are_told_30_days_before_another_takes_effect_and_until_then_nothing_changes()
    {
        await Run(new Policy());
        var owners = new[] { await Found("ana"), await Found("rui") };
        await Run(s_waitlist);
        var told = _clock.GetUtcNow();

        await Backend.Eventually(() => Task.FromResult(owners.All(owner => _mails.To(owner).Count == 1)), "every owner was told");
        var text = string.Join(' ', _mails.To(owners[0]).Single().Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("IP addresses, kept against abuse: 90 days at most. Until now: 30 days at most.", text, StringComparison.Ordinal);
        Assert.Contains("5 February 2026", text, StringComparison.Ordinal);
        Assert.Equal(new Policy(), (await Standing()).InForce);
        Assert.Equal(s_waitlist, (await Standing()).Next);

        Assert.Equal((31 * s_day, true), await Notice());

        _clock.Jump(31 * s_day - TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromDays(30), (await Policies.Current()).Sources);
        _clock.Jump(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromDays(90), (await Policies.Current()).Sources);
        Assert.Equal(told + 31 * s_day, (await Standing()).Since);

        // Started again, it is in force, and nobody is told twice.
        await Run(s_waitlist);
        Assert.Equal(s_waitlist, (await Standing()).InForce);
        Assert.Null((await Standing()).Next);
        await Sent();
        Assert.All(owners, owner => Assert.Single(_mails.To(owner)));
    }

    [Fact, Promise("C29")]
    public async Task Started_again_before_its_time_it_is_announced_once_and_taken_back_it_never_comes()
    {
        await Run(new Policy());
        var owner = await Found("ana");
        await Run(s_waitlist);
        await Backend.Eventually(() => Task.FromResult(_mails.To(owner).Count == 1), "the owner was told");
        var at = (await Standing()).NextAt;
        _clock.Jump(3 * s_day);
        await Run(s_waitlist);
        Assert.Equal(at, (await Standing()).NextAt);

        await Run(new Policy());
        await Backend.Eventually(() => Task.FromResult(_mails.To(owner).Count == 2), "the owner was told that it stays");
        Assert.Contains("does not take place", _mails.To(owner)[^1].Text, StringComparison.Ordinal);
        _clock.Jump(60 * s_day);
        Assert.Equal(new Policy(), await Policies.Current());
    }

    [Fact, Promise("R49", "C29", "P22")]
    public async Task Whoever_is_told_late_breaks_the_promise_of_notice()
    {
        await Run(new Policy());
        var owner = await Found("ana");
        Assert.Equal((null, true), await Notice());
        await Run(s_waitlist with { ChangeNotice = 30 * s_day });
        await Backend.Eventually(() => Task.FromResult(_mails.To(owner).Count == 1), "the owner was told");
        _clock.Jump(5 * s_day);
        await _database.Execute("insert into outbox (id, account_id, kind, recipient, priority, created_at, due_at, status) values (gen_random_uuid(), 'a', 'policy-change', 'Owner', 2, $1, $1, 2)", _clock.GetUtcNow());
        Assert.Equal((26 * s_day, false), await Notice());
        // It stays so when it has taken effect.
        _clock.Jump(27 * s_day);
        Assert.Equal((26 * s_day, false), await Notice());
    }

    [Fact, Promise("R49", "C29", "P22")]
    public async Task Down_for_a_week_before_all_were_told_everybody_is_told_of_a_later_day()
    {
        await Run(new Policy());
        var owner = await Found("ana");
        _mails.IsDown = true;
        await Run(s_waitlist);
        await Backend.Eventually(async () => await _database.Scalar<long>("select count(*) from outbox where kind = 'policy-change'") == 1, "the owner's mail was posted");
        var at = (await Standing()).NextAt;
        await Stop();
        // As it is when the product ends before it came to that.
        await _database.Execute($"update outbox set {Outbox.Anew}, due_at = created_at");
        _mails.IsDown = false;
        _clock.Jump(7 * s_day);

        await Run(s_waitlist);
        await Sent();

        Assert.Equal(at + 7 * s_day, (await Standing()).NextAt);
        Assert.Contains("12 February 2026", Assert.Single(_mails.To(owner)).Text, StringComparison.Ordinal);
        Assert.Equal((31 * s_day, true), await Notice());
        _clock.Jump(at - _clock.GetUtcNow());
        Assert.Equal(new Policy(), await Policies.Current());
    }

    [Fact, Promise("R49", "C29", "P22")]
    public async Task Down_for_a_week_in_which_it_takes_effect_it_has_when_the_product_is_back()
    {
        await Run(new Policy());
        var owner = await Found("ana");
        await Run(s_waitlist);
        await Backend.Eventually(() => Task.FromResult(_mails.To(owner).Count == 1), "the owner was told");
        var at = (await Standing()).NextAt;
        _clock.Jump(at - _clock.GetUtcNow() - s_day);
        Assert.Equal(new Policy(), await Policies.Current());
        await Stop();
        _clock.Jump(7 * s_day);

        await Run(s_waitlist);

        Assert.Equal(s_waitlist, (await Standing()).InForce);
        Assert.Equal(at, (await Standing()).Since);
        await Sent();
        Assert.Single(_mails.To(owner));
        Assert.Equal((31 * s_day, true), await Notice());
    }

    [Fact]
    public async Task Whoever_had_businesses_before_there_was_a_choice_keeps_to_the_strictest_until_they_were_told()
    {
        await _database.Execute("insert into tenant (id, founded_at) values ('tenant_old', $1)", _clock.GetUtcNow());
        await Run(s_waitlist);
        Assert.Equal(new Policy(), (await Standing()).InForce);
        Assert.Equal(s_waitlist, (await Standing()).Next);
    }

    [Fact]
    public void What_changes_is_said_term_by_term()
    {
        Assert.Empty(PolicyTerms.Changes(new Policy(), new Policy()));
        Assert.Equal("A session: 7 days. Until now: 30 days.", Assert.Single(PolicyTerms.Changes(new Policy(), new Policy { Session = 7 * s_day })));
        // Every parameter has a term: a profile that differs in one says so.
        Assert.All(PolicyProfiles.All.Skip(1), policy => Assert.NotEmpty(PolicyTerms.Changes(new Policy(), policy)));
    }

    [Fact]
    public void The_mail_of_a_change_says_when_and_what()
    {
        var text = EmailText.Of(new PolicyChangeEmail(["A session: 7 days. Until now: 30 days."], new(2026, 2, 4, 9, 0, 0, TimeSpan.Zero), "https://example.com/privacy").Compose());
        Assert.Contains("4 February 2026", text, StringComparison.Ordinal);
        Assert.Contains("A session: 7 days. Until now: 30 days.", text, StringComparison.Ordinal);
        Assert.Contains("https://example.com/privacy", text, StringComparison.Ordinal);
    }

    private Policies Policies => _host!.Services.GetRequiredService<Policies>();

    private async Task<PolicyStanding> Standing() => await _host!.Services.GetRequiredService<IGrainFactory>().GetGrain<IPolicyGrain>(IPolicyGrain.Key).Read();

    private async Task<(TimeSpan? Measured, bool IsKept)> Notice()
    {
        var value = (await _host!.Services.GetRequiredService<IGrainFactory>().GetGrain<IChecksGrain>(IChecksGrain.Key).Check()).Values.Single(value => value.Key == "change-notice");
        return (value.Measured, value.IsKept);
    }

    private async Task Run(Policy chosen)
    {
        await Stop();
        _host = shared.Build(_database, _clock, services => services.Replace(ServiceDescriptor.Singleton<MailTransport>(_mails)).Replace(ServiceDescriptor.Singleton(new PolicySetting(chosen))));
        await _host.StartAsync();
    }

    private async Task Stop()
    {
        if (_host is null)
            return;
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task<EmailAddress> Found(string name)
    {
        var (address, tenant) = (EmailAddress.Parse($"{name}@example.com"), TenantId.New(_clock.GetUtcNow()));
        var details = new SignUpDetails("Ana Duarte", "Office", Slug.Parse($"{name}-office"), Industry.PropertyManagement, "Europe/Lisbon");
        await _host!.Services.GetRequiredService<IGrainFactory>().For(tenant).Tenant().Found(AccountId.New(_clock.GetUtcNow()), address, details);
        return address;
    }

    private Task Sent() => Backend.Eventually(async () => await _database.Scalar<long>("select count(*) from outbox where status in (0, 1)") == 0, "every mail was sent");
}
