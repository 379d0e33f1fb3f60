namespace Backsoon.Embedded;

/// <summary>Somebody sets the machine's clock back: what ticks every so often goes on at its pace, and what was set for an instant keeps it.</summary>
[Collection(Grains.Name)]
public sealed class ReminderClockTests(Databases databases) : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualClock _clock = new();
    private string _database = null!;
    private TestHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await databases.Create();
        _host = await TestHost.Start(_database, _clock);
        await _host.Reminders.Tick();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory, Trait("Abuse", "21")]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(24 * 60)]
    public async Task What_ticked_before_ticks_again_within_its_period(int minutes)
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("renew", Minute, 5 * Minute);
        await Pass(1);
        Assert.Single(await grain.Received());

        var before = _clock.GetUtcNow();
        _clock.Jump(-minutes * Minute);
        Assert.True(_clock.GetUtcNow() < before);
        await _host.Reminders.Tick();
        Assert.Single(await grain.Received());
        await Pass(5);
        Assert.Equal(2, (await grain.Received()).Count);
        await Pass(10);
        Assert.Equal(4, (await grain.Received()).Count);
    }

    [Fact]
    public async Task What_was_about_to_tick_for_the_first_time_ticks_and_what_was_set_for_later_keeps_its_instant()
    {
        var (soon, later) = (_host.Get<IRemindedGrain>("reminded/soon"), _host.Get<IRemindedGrain>("reminded/later"));
        await soon.Register("renew", Minute, Minute);
        await later.Register("renew", 10 * 60 * Minute, Minute);

        _clock.Jump(-60 * Minute);
        await Pass(3);
        // That it was set back is seen with the next look, which may be a minute later.
        Assert.InRange((await soon.Received()).Count, 2, 3);

        await Pass((11 * 60) - 4);
        Assert.Empty(await later.Received());
        await Pass(1);
        Assert.Single(await later.Received());
    }

    [Fact]
    public async Task Set_back_while_the_process_was_away_it_ticks_within_its_period_all_the_same()
    {
        await _host.Get<IRemindedGrain>("reminded/one").Register("renew", Minute, 5 * Minute);
        await Pass(1);
        await _host.DisposeAsync();
        _clock.Jump(TimeSpan.FromDays(-1));

        _host = await TestHost.Start(_database, _clock);
        await Pass(5);
        Assert.Single(await _host.Get<IRemindedGrain>("reminded/one").Received());
    }

    [Fact]
    public async Task Set_forward_it_ticks_once_for_all_that_was_skipped()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("renew", Minute, Minute);
        await Pass(1);

        _clock.Jump(TimeSpan.FromDays(1));
        await _host.Reminders.Tick();
        Assert.Equal(2, (await grain.Received()).Count);
    }

    private async Task Pass(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            _clock.Advance(Minute);
            await _host.Reminders.Tick();
        }
    }
}
