using System.Net;
using System.Security.Cryptography;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class LimitsTests(Backend backend)
{
    private static readonly LimitRule s_rule = new("test-ip", 5, TimeSpan.FromHours(1), Remembered: true);

    [Fact, Promise("R28")]
    public async Task Exactly_as_many_pass_as_are_allowed_however_many_ask_at_once()
    {
        var limits = Limits(s_rule, out _);
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => limits.Take(s_rule)));
        Assert.Equal(5, answers.Count(wait => wait is null));
        Assert.All(answers.Where(wait => wait is not null), wait => Assert.Equal(TimeSpan.FromHours(1), wait));
    }

    [Fact, Promise("R28")]
    public async Task The_window_slides()
    {
        var limits = Limits(s_rule, out _);
        for (var take = 0; take < 5; take++)
        {
            Assert.Null(await limits.Take(s_rule));
            await backend.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal(TimeSpan.FromMinutes(10), await limits.Take(s_rule));
        await backend.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await limits.Take(s_rule));
        Assert.Equal(TimeSpan.FromMinutes(10), await limits.Take(s_rule));
    }

    [Fact, Promise("R28")]
    public async Task A_restart_forgets_nothing()
    {
        var limits = Limits(s_rule, out _);
        for (var take = 0; take < 5; take++)
            Assert.Null(await limits.Take(s_rule));
        await backend.Restart();
        Assert.Equal(TimeSpan.FromHours(1), await limits.Take(s_rule));
        await backend.Advance(TimeSpan.FromHours(1));
        Assert.Null(await limits.Take(s_rule));
    }

    [Fact]
    public async Task What_was_refused_is_not_counted()
    {
        var limits = Limits(s_rule, out var source);
        for (var take = 0; take < 50; take++)
            await limits.Take(s_rule);
        Assert.Equal(5, await backend.Database.Scalar<long>("select count(*) from attempt where source = $1", source));
    }

    [Fact]
    public async Task A_rule_that_allows_much_forgets_what_left_the_window()
    {
        var rule = s_rule with { Allowed = 3_000, Remembered = false };
        var limits = Limits(rule, out _);
        for (var round = 0; round < 3; round++)
        {
            for (var take = 0; take < 3_000; take++)
                Assert.Null(await limits.Take(rule));
            Assert.Equal(TimeSpan.FromHours(1), await limits.Take(rule));
            await backend.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact, Promise("R28")]
    public async Task Requests_are_counted_by_their_own_rows()
    {
        var bySource = new LimitRule("dispatch-ip", 3, TimeSpan.FromHours(1), Remembered: false);
        var byTenant = new LimitRule("dispatch-tenant", 3, TimeSpan.FromHours(1), Remembered: false);
        var tenant = TenantId.New(backend.Clock.GetUtcNow());
        var ip = Limits(bySource, out var source);
        await backend.Database.Execute("insert into tenant (id, founded_at) values ($1, $2)", tenant.Value, backend.Clock.GetUtcNow());
        for (var sent = 0; sent < 2; sent++)
            await Requests.Insert(backend, tenant, source, backend.Clock.GetUtcNow());
        await Requests.Insert(backend, tenant, source, backend.Clock.GetUtcNow() - TimeSpan.FromHours(1));

        foreach (var (limits, rule) in new[] { (ip, bySource), (backend.Grains.GetGrain<ILimitsGrain>($"limits/dispatch-tenant-{tenant}"), byTenant) })
        {
            Assert.Null(await limits.Take(rule));
            Assert.Equal(TimeSpan.FromHours(1), await limits.Take(rule));
        }
    }

    [Fact]
    public async Task A_clock_that_is_set_back_frees_nobody()
    {
        await using var database = await backend.NewDatabase();
        using var skewed = Skewed.Host(backend, database, out var clock);
        await skewed.StartAsync();
        var limits = Skewed.Grains(skewed).GetGrain<ILimitsGrain>(Key(s_rule, out _));
        for (var take = 0; take < 5; take++)
            Assert.Null(await limits.Take(s_rule));
        clock.Skew = TimeSpan.FromMinutes(-5);
        Assert.Equal(TimeSpan.FromHours(1), await limits.Take(s_rule));
        await skewed.StopAsync();
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    public void Sources_are_counted_by_address_or_by_network_of_64_bits(string ip, string counted) => Assert.Equal(counted, Visitor.LimitKey(IPAddress.Parse(ip)));

    private static string Key(LimitRule rule, out byte[] source) => $"limits/{rule.Name}-{Convert.ToHexStringLower(source = RandomNumberGenerator.GetBytes(32))}";

    private ILimitsGrain Limits(LimitRule rule, out byte[] source) => backend.Grains.GetGrain<ILimitsGrain>(Key(rule, out source));
}
