using Backsoon.Accounts;

namespace Backsoon.Tenants;

[Collection(Backend.Name)]
public sealed class TenantTests(Backend backend)
{
    [Fact, Promise("R4", "R31")]
    public async Task Settings_are_saved_and_raise_the_version()
    {
        var scope = await Founded();
        var profile = (await scope.Tenant().Profile())!;
        Assert.Equal(NotificationPreferences.Default, profile.Settings.Notifications);
        Assert.Equal("Europe/Lisbon", profile.Settings.ZoneId);
        var settings = profile.Settings with
        {
            ZoneId = "Atlantic/Azores",
            Nouns = new("flat", "flats", "guest"),
            AwayText = "Back on Monday",
            EmergencyPhone = "+351 912 345 678",
            Notifications = profile.Settings.Notifications with { EveryRequest = true },
        };

        var changed = await scope.Tenant().Change(settings);

        Assert.Equal(settings, changed!.Settings);
        Assert.Equal(profile.Version + 1, changed.Version);
        Assert.Equal(changed.Settings, (await scope.Directory().Desk())!.Profile.Settings);
        await backend.Restart();
        Assert.Equal(settings, (await scope.Tenant().Profile())!.Settings);
    }

    [Fact]
    public async Task The_directory_hears_of_a_change_at_once()
    {
        var scope = await Founded();
        var before = await scope.Directory().Version();
        var settings = (await scope.Tenant().Profile())!.Settings;
        await scope.Tenant().Change(settings with { About = "Twelve homes around the harbour" });
        Assert.NotEqual(before, await scope.Directory().Version());
        Assert.Equal("Twelve homes around the harbour", (await scope.Directory().Desk())!.Profile.Settings.About);
    }

    [Fact]
    public async Task A_change_while_the_directory_wakes_up_waits_for_nobody()
    {
        var scope = await Founded();
        var settings = (await scope.Tenant().Profile())!.Settings;
        for (var round = 0; round < 5; round++)
        {
            await backend.Restart();
            var changes = Enumerable.Range(0, 4).Select(i => (Task)scope.Tenant().Change(settings with { About = $"{round} {i}" }));
            var reads = Enumerable.Range(0, 4).Select(_ => (Task)scope.Directory().Desk());
            await Task.WhenAll(changes.Concat(reads)).WaitAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((await scope.Tenant().Profile())!.Settings, (await scope.Directory().Desk())!.Profile.Settings);
    }

    [Fact]
    public async Task Founding_twice_is_founding_once()
    {
        var scope = await Founded();
        var profile = (await scope.Tenant().Profile())!;
        var other = new Person(backend);
        await scope.Tenant().Found(AccountId.New(backend.Clock.GetUtcNow()), other.Email, other.Details);
        Assert.Equal(profile.Settings, (await scope.Tenant().Profile())!.Settings);
        Assert.Equal(Industries.Categories(profile.Industry).Length, await backend.Database.Scalar<long>("select count(*) from category where tenant_id = $1", scope.Id.Value));
    }

    [Fact]
    public async Task A_tenant_that_was_not_founded_has_no_profile_and_takes_no_settings()
    {
        var scope = backend.Grains.For(TenantId.New(backend.Clock.GetUtcNow()));
        Assert.Null(await scope.Tenant().Profile());
        Assert.Null(await scope.Tenant().Change((await (await Founded()).Tenant().Profile())!.Settings));
        await scope.Tenant().Erase();
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from grain_state where grain_key = $1", $"tenant/{scope.Id}"));
    }

    private async Task<TenantScope> Founded()
    {
        var person = new Person(backend);
        await person.SignUp();
        return backend.Grains.For((await backend.Grains.Slug(person.Slug).Resolve())!.Value);
    }
}
