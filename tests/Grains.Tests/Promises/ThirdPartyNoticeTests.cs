using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon.Promises;

/// <summary>Somebody else who gets to see something is a change that owners hear of.</summary>
[Collection(Backend.Name)]
public sealed class ThirdPartyNoticeTests(Backend shared) : IAsyncLifetime
{
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

    [Fact, Promise("R29")]
    public async Task Whoever_is_configured_before_there_are_owners_is_there_at_once()
    {
        await Run("ANALYTICS_ID", "PROXY_NAME");
        var standing = await Standing();
        Assert.Equal([ThirdParty.Proxy, ThirdParty.Analytics], standing.ThirdParties.Select(party => party.Key));
        Assert.All(standing.ThirdParties, party => Assert.True(party.IsInvolved(_clock.GetUtcNow())));
        Assert.Null(standing.ChangesAt(_clock.GetUtcNow()));
        var owner = await Found();
        await Run("ANALYTICS_ID", "PROXY_NAME");
        await Backend.Rest(_host!, _clock);
        Assert.Empty(_mails.To(owner));
    }

    [Fact, Promise("R49", "C29")]
    public async Task Visits_are_counted_30_days_after_the_last_owner_was_told_and_not_before()
    {
        await Run();
        var owner = await Found();
        await Run("ANALYTICS_ID");
        var told = _clock.GetUtcNow();
        var text = Flat(await _mails.Next(owner, "policy-change"));
        Assert.Contains("Google Analytics is involved from then on", text, StringComparison.Ordinal);
        Assert.Contains("no cookie is set", text, StringComparison.Ordinal);
        // A day for telling them all, and whoever is last has thirty.
        Assert.Equal(told + 31 * s_day, (await Standing()).ChangesAt(_clock.GetUtcNow()));

        _clock.Jump(31 * s_day - TimeSpan.FromSeconds(1));
        await Run("ANALYTICS_ID");
        Assert.False((await Standing()).ThirdParties.Single().IsInvolved(_clock.GetUtcNow()));
        _clock.Jump(TimeSpan.FromSeconds(1));
        Assert.True((await Standing()).ThirdParties.Single().IsInvolved(_clock.GetUtcNow()));
        Assert.Null((await Standing()).ChangesAt(_clock.GetUtcNow()));
        await Backend.Rest(_host!, _clock);
        Assert.Single(_mails.To(owner));
    }

    [Fact, Promise("R49", "C29")]
    public async Task Down_for_a_week_before_all_were_told_of_somebody_they_are_told_of_a_later_day()
    {
        await Run();
        var owner = await Found();
        _mails.IsDown = true;
        await Run("ANALYTICS_ID");
        await Backend.Eventually(async () => await _database.Scalar<long>("select count(*) from outbox where kind = 'policy-change'") == 1, "the owner's mail was posted");
        var at = (await Standing()).ThirdParties.Single().From!.Value;
        await Stop();
        // As it is when the product ends before it came to that.
        await _database.Execute($"update outbox set {Outbox.Anew}, due_at = created_at");
        _mails.IsDown = false;
        _clock.Jump(7 * s_day);

        await Run("ANALYTICS_ID");

        var text = Flat(await _mails.Next(owner, "policy-change"));
        Assert.Contains("From 12 February 2026, 00:00 UTC at the earliest", text, StringComparison.Ordinal);
        Assert.Contains("Google Analytics is involved from then on", text, StringComparison.Ordinal);
        Assert.Single(_mails.To(owner));
        Assert.Equal(at + 7 * s_day, (await Standing()).ThirdParties.Single().From);
        _clock.Jump(at - _clock.GetUtcNow());
        Assert.False((await Standing()).ThirdParties.Single().IsInvolved(_clock.GetUtcNow()));
    }

    [Fact, Promise("R49", "C29")]
    public async Task Down_for_a_week_after_all_were_told_of_somebody_nothing_is_put_off()
    {
        await Run();
        var owner = await Found();
        await Run("ANALYTICS_ID");
        await _mails.Next(owner, "policy-change");
        await Backend.Rest(_host!, _clock);
        var at = (await Standing()).ThirdParties.Single().From;
        await Stop();
        _clock.Jump(7 * s_day);
        await Run("ANALYTICS_ID");
        await Backend.Rest(_host!, _clock);
        Assert.Single(_mails.To(owner));
        Assert.Equal(at, (await Standing()).ThirdParties.Single().From);
    }

    [Fact, Promise("R49")]
    public async Task Whoever_cannot_wait_is_said_at_once_and_a_change_that_was_announced_keeps_its_day()
    {
        await Run();
        var owner = await Found();
        await Run(PolicyProfiles.Find("waitlist")!);
        await _mails.Next(owner, "policy-change");
        var at = (await Standing()).NextAt;
        _clock.Jump(3 * s_day);
        await Run(PolicyProfiles.Find("waitlist")!, "PROXY_NAME");

        var text = Flat(await _mails.Next(owner, "policy-change", 2));
        Assert.Contains("Edge & Sons is involved from now on, in front of every page", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Until now", text, StringComparison.Ordinal);
        Assert.Equal((at, true), ((await Standing()).NextAt, (await Standing()).ThirdParties.Single().IsInvolved(_clock.GetUtcNow())));
    }

    private static string Flat(RecordedMail mail) => string.Join(' ', mail.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private async Task<PolicyStanding> Standing() => await _host!.Services.GetRequiredService<IGrainFactory>().GetGrain<IPolicyGrain>(IPolicyGrain.Key).Read();

    private Task Run(params string[] configured) => Run(new Policy(), configured);

    private async Task Run(Policy chosen, params string[] configured)
    {
        await Stop();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(configured.Select(name => KeyValuePair.Create(name, (string?)(name == "PROXY_NAME" ? "Edge & Sons" : "G-AB12CD34EF")))).Build();
        _host = shared.Build(_database, _clock, services => services
            .Replace(ServiceDescriptor.Singleton<MailTransport>(_mails)).Replace(ServiceDescriptor.Singleton(new PolicySetting(chosen))).Replace(ServiceDescriptor.Singleton<IConfiguration>(configuration)));
        await _host.StartAsync();
    }

    private async Task Stop()
    {
        if (_host is null)
            return;
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task<EmailAddress> Found()
    {
        var (address, tenant) = (EmailAddress.Parse("ana@example.com"), TenantId.New(_clock.GetUtcNow()));
        var details = new SignUpDetails("Ana Duarte", "Office", Slug.Parse("ana-office"), Industry.PropertyManagement, "Europe/Lisbon");
        await _host!.Services.GetRequiredService<IGrainFactory>().For(tenant).Tenant().Found(AccountId.New(_clock.GetUtcNow()), address, details);
        return address;
    }
}
