using Backsoon.Accounts;

namespace Backsoon.Tenants;

[Collection(Backend.Name)]
public sealed class SlugGrainTests(Backend backend)
{
    private readonly Slug _slug = new Person(backend).Slug;

    private ISlugGrain Grain => backend.Grains.Slug(_slug);

    [Fact]
    public async Task Of_64_that_claim_a_name_at_once_one_has_it()
    {
        var tenants = Enumerable.Range(0, 64).Select(_ => NewTenant()).ToArray();
        var answers = await Task.WhenAll(tenants.Select(tenant => Grain.Reserve(tenant)));
        var winner = tenants[Assert.Single(Enumerable.Range(0, 64), i => answers[i])];

        var confirmed = await Task.WhenAll(tenants.Select(tenant => Grain.Confirm(tenant)));
        Assert.Equal(answers, confirmed);
        Assert.Equal(winner, await Grain.Resolve());
    }

    [Fact]
    public async Task A_reservation_resolves_to_nobody_and_is_over_after_30_minutes_to_the_instant()
    {
        var (first, second) = (NewTenant(), NewTenant());
        Assert.True(await Grain.Reserve(first));
        Assert.Null(await Grain.Resolve());
        Assert.False(await Grain.IsFree());

        backend.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.False(await Grain.Reserve(second));
        backend.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(await Grain.IsFree());
        Assert.True(await Grain.Reserve(second));
        Assert.False(await Grain.Confirm(first));
    }

    [Fact]
    public async Task Its_reminder_frees_a_name_that_nobody_confirmed()
    {
        await Grain.Reserve(NewTenant());
        await backend.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal((0L, 0L), await Kept());
    }

    [Fact]
    public async Task Who_holds_the_name_may_reserve_it_again()
    {
        var tenant = NewTenant();
        Assert.True(await Grain.Reserve(tenant));
        await backend.Advance(TimeSpan.FromMinutes(20));
        Assert.True(await Grain.Reserve(tenant));
        await backend.Advance(TimeSpan.FromMinutes(20));
        Assert.False(await Grain.IsFree());
        Assert.True(await Grain.Confirm(tenant));
        Assert.True(await Grain.Reserve(tenant));
    }

    [Fact]
    public async Task The_browser_that_reserved_a_name_may_have_it_for_another_until_somebody_signs_in()
    {
        var (mistyped, meant) = (NewTenant(), NewTenant());
        Assert.True(await Grain.ReserveFrom(mistyped, "one"));
        Assert.Equal((true, false, false), (await Grain.IsFreeFrom("one"), await Grain.IsFreeFrom("another"), await Grain.IsFree()));
        Assert.False(await Grain.ReserveFrom(NewTenant(), "another"));
        Assert.True(await Grain.ReserveFrom(meant, "one"));
        Assert.False(await Grain.Reserve(mistyped));

        // Signing in reserves it once more, and from then on it is nobody else's.
        Assert.True(await Grain.Reserve(meant));
        Assert.False(await Grain.ReserveFrom(mistyped, "one"));
        Assert.True(await Grain.Confirm(meant));
        Assert.False(await Grain.ReserveFrom(mistyped, "one"));
        Assert.False(await Grain.IsFreeFrom("one"));
    }

    [Fact]
    public async Task A_confirmed_name_stays()
    {
        var tenant = NewTenant();
        await Grain.Reserve(tenant);
        Assert.True(await Grain.Confirm(tenant));
        await backend.Advance(TimeSpan.FromDays(400));
        await backend.Restart();
        Assert.Equal(tenant, await Grain.Resolve());
        Assert.False(await Grain.Reserve(NewTenant()));
        Assert.Equal((1L, 0L), await Kept());
    }

    [Fact, Promise("R41")]
    public async Task A_name_that_was_in_use_is_nobodys_for_60_days()
    {
        var tenant = NewTenant();
        await Grain.Reserve(tenant);
        await Grain.Confirm(tenant);
        await Grain.Release(tenant);

        await backend.Restart();
        Assert.Null(await Grain.Resolve());
        Assert.False(await Grain.IsFree());
        Assert.False(await Grain.Reserve(NewTenant()));
        Assert.Equal((0L, 0L), await Kept());

        await backend.Advance(TimeSpan.FromDays(60));
        await backend.Grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Sweep();
        await backend.Restart();
        Assert.True(await Grain.Reserve(NewTenant()));
    }

    [Fact]
    public async Task A_name_that_was_only_reserved_is_free_when_given_up()
    {
        var tenant = NewTenant();
        await Grain.Reserve(tenant);
        await Grain.Release(NewTenant());
        Assert.False(await Grain.IsFree());
        await Grain.Release(tenant);
        Assert.True(await Grain.Reserve(NewTenant()));
    }

    private TenantId NewTenant() => TenantId.New(backend.Clock.GetUtcNow());

    private async Task<(long States, long Reminders)> Kept() => (
        await backend.Database.Scalar<long>("select count(*) from grain_state where grain_key = $1", $"slug/{_slug}"),
        await backend.Database.Scalar<long>("select count(*) from reminder where grain_id = $1", $"slug/slug/{_slug}"));
}
