using Orleans.Runtime;

namespace Backsoon.Embedded;

[Collection(Grains.Name)]
public sealed class RemindersTests(Databases databases) : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualClock _clock = new();
    private string _database = null!;
    private TestHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await databases.Create();
        _host = await TestHost.Start(_database, _clock);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_reminder_ticks_when_due_and_every_period_until_it_is_unregistered()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("renew", TimeSpan.FromSeconds(10), 5 * Minute);
        await Pass(TimeSpan.FromSeconds(9));
        Assert.Empty(await grain.Received());
        await Pass(TimeSpan.FromSeconds(1));
        Assert.Single(await grain.Received());
        await Pass(5 * Minute);
        await Pass(5 * Minute);
        Assert.Equal(["renew", "renew", "renew"], await grain.Received());

        await grain.Unregister("renew");
        await Pass(60 * Minute);
        Assert.Equal(3, (await grain.Received()).Count);
        Assert.Equal(0, await _host.Scalar<long>("select count(*) from reminder"));
    }

    [Fact]
    public async Task The_host_delivers_by_itself()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("renew", Minute, Minute);
        _clock.Advance(Minute);
        await _host.Stage.Heard("reminded/one received renew");
        Assert.Empty(_host.Log.Lines);
    }

    [Fact]
    public async Task While_the_host_is_suspended_what_is_due_is_not_read_over_and_over()
    {
        for (var grain = 0; grain < 130; grain++)
        {
            await _host.Get<IRemindedGrain>($"reminded/{grain}").Register("held", Minute, Minute);
            // Each due after the other, so that the first are those that are received first.
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        _clock.Advance(Minute);
        await _host.Stage.Heard("reminded/0 received held");
        _host.Grains.Suspend("of this test");
        _host.Stage.Open("held");
        // It has its turn when what was under way is over.
        await _host.Reminders.Tick().WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
        Assert.InRange(_host.Log.Lines.Count(line => line.Contains("failed to receive reminder")), 0, 130);

        _host.Grains.Serve();
        _host.Reminders.Wake();
        await _host.Stage.Heard("reminded/129 received held");
    }

    [Fact, Trait("Abuse", "21")]
    public async Task A_clock_that_is_set_back_loses_no_tick_and_repeats_none()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("renew", Minute, 5 * Minute);
        await Pass(Minute);
        Assert.Single(await grain.Received());

        _clock.Jump(-5 * Minute);
        await _host.Reminders.Tick();
        for (var minute = 0; minute < 4; minute++)
            await Pass(Minute);
        Assert.Single(await grain.Received());
        await Pass(Minute);
        Assert.Equal(2, (await grain.Received()).Count);
        Assert.Equal(_clock.GetUtcNow() + 5 * Minute, await Due());
    }

    [Fact]
    public async Task A_tick_says_when_it_was_first_due_and_when_it_is()
    {
        var began = _clock.GetUtcNow().UtcDateTime;
        await _host.Get<IRemindedGrain>("reminded/one").Register("renew", Minute, 5 * Minute);
        await Pass(6 * Minute);
        var status = _host.Stage.LastTick;
        Assert.Equal((began + Minute, 5 * Minute, began + (6 * Minute)), (status.FirstTickTime, status.Period, status.CurrentTickTime));
    }

    [Fact]
    public async Task Reminders_survive_a_restart_and_catch_up_once()
    {
        await _host.Get<IRemindedGrain>("reminded/one").Register("renew", Minute, 5 * Minute);
        await _host.DisposeAsync();
        _clock.Advance(TimeSpan.FromDays(2));

        _host = await TestHost.Start(_database, _clock);
        await _host.Reminders.Tick();
        Assert.Equal(["renew"], await _host.Get<IRemindedGrain>("reminded/one").Received());
        Assert.Equal(new DateTimeOffset(2026, 3, 31, 9, 1, 0, TimeSpan.Zero), await Due());
        await Pass(Minute);
        Assert.Equal(["renew", "renew"], await _host.Get<IRemindedGrain>("reminded/one").Received());
    }

    [Fact]
    public async Task A_tick_whose_delivery_was_cut_off_is_delivered_again()
    {
        await _host.Get<IRemindedGrain>("reminded/one").Register("held", Minute, 5 * Minute);
        _clock.Advance(Minute);
        await _host.Stage.Heard("reminded/one received held");
        await _host.StopImpatiently();
        Assert.Contains(_host.Log.Lines, line => line.Contains("1 grains were still busy"));
        _host.Stage.Open("held");
        await _host.Stage.Heard("reminded/one ended held");
        await _host.DisposeAsync();

        _host = await TestHost.Start(_database, _clock);
        _host.Stage.Open("held");
        await _host.Reminders.Tick();
        Assert.Equal(["held"], await _host.Get<IRemindedGrain>("reminded/one").Received());
    }

    [Fact]
    public async Task A_grain_never_receives_two_at_once()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("held", Minute, Minute);
        await grain.Register("other", Minute, Minute);
        _clock.Advance(Minute);
        await _host.Stage.Heard("reminded/one received held");
        for (var i = 0; i < 5; i++)
            _clock.Advance(Minute);
        var elsewhere = _host.Get<IRemindedGrain>("reminded/two");
        await elsewhere.Register("mine", TimeSpan.Zero, Minute);
        await _host.Stage.Heard("reminded/two received mine");
        Assert.Single(_host.Stage.Said, said => said.StartsWith("reminded/one", StringComparison.Ordinal));

        _host.Stage.Open("held");
        await _host.Reminders.Tick();
        var said = _host.Stage.Said.Where(said => said.StartsWith("reminded/one", StringComparison.Ordinal)).ToList();
        Assert.Contains("reminded/one received other", said);
        Assert.All(said.Chunk(2), pair => Assert.Equal(pair[0].Replace("received", "ended", StringComparison.Ordinal), pair[1]));
    }

    [Fact]
    public async Task A_failing_reminder_is_logged_and_comes_again_after_its_period()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("throw", Minute, 5 * Minute);
        await Pass(Minute);
        Assert.Contains(_host.Log.Lines, line => line.Contains("failed to receive reminder throw"));
        await Pass(4 * Minute);
        Assert.Single(await grain.Received());
        await Pass(Minute);
        Assert.Equal(2, (await grain.Received()).Count);
    }

    [Fact]
    public async Task Registering_again_moves_it_and_makes_no_second()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("renew", Minute, Minute);
        await grain.Register("renew", 30 * Minute, Minute);
        await Pass(29 * Minute);
        Assert.Empty(await grain.Received());
        Assert.Equal(["renew"], await grain.Names());
        await Pass(Minute);
        Assert.Single(await grain.Received());
    }

    [Fact]
    public async Task A_grain_may_move_or_end_a_reminder_while_it_receives_it()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await grain.Register("move", Minute, Minute);
        await grain.Register("end", Minute, Minute);
        await Pass(Minute);
        Assert.Equal(["move"], await grain.Names());
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromHours(1), await Due());
    }

    [Fact]
    public async Task A_handle_that_is_out_of_date_unregisters_nothing()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await Assert.ThrowsAsync<OrleansException>(grain.UnregisterStale);
        Assert.Equal(["stale"], await grain.Names());
    }

    [Fact]
    public async Task A_period_under_a_minute_is_refused()
    {
        var grain = _host.Get<IRemindedGrain>("reminded/one");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.Register("renew", Minute, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.Register("renew", -Minute, Minute));
        Assert.Empty(await grain.Names());
    }

    [Fact]
    public async Task A_grain_that_cannot_receive_one_cannot_register_one() =>
        await Assert.ThrowsAsync<InvalidOperationException>(_host.Get<IForgetfulGrain>("forgetful/one").Register);

    [Fact]
    public async Task A_reminder_for_a_grain_type_that_is_gone_is_logged_and_moved_on()
    {
        await Insert("'removed/removed/one'", 1);
        await _host.Reminders.Tick();
        Assert.Contains(_host.Log.Lines, line => line.Contains("no grain class to remind for removed/removed/one"));
        Assert.True(await Due() > _clock.GetUtcNow());
    }

    [Fact]
    public async Task Many_that_are_due_at_once_are_all_delivered()
    {
        await Insert("'reminded/reminded/' || n", 1000);
        await _host.Reminders.Tick();
        Assert.Equal(1000, _host.Stage.Said.Count(said => said.EndsWith("received many", StringComparison.Ordinal)));
        Assert.Equal(0, await _host.Scalar<long>($"select count(*) from reminder where due_at <= '{_clock.GetUtcNow():O}'"));
    }

    [Fact]
    public async Task Sleeping_reminders_are_not_read()
    {
        // One connection beside the lock's, so that its statistics are complete once flushed.
        await _host.DisposeAsync();
        _host = await TestHost.Start(_database + ";Maximum Pool Size=2", _clock);
        await Insert("'reminded/reminded/' || n", 100_000, "1 hour");
        await Execute("vacuum analyze reminder");
        var grain = _host.Get<IRemindedGrain>("reminded/awake");
        await grain.Register("renew", Minute, Minute);
        var before = await RowsRead();
        for (var minute = 0; minute < 3; minute++)
            await Pass(Minute);
        Assert.Equal(3, (await grain.Received()).Count);
        Assert.InRange(await RowsRead() - before, 1, 200);
    }

    private async Task Pass(TimeSpan time)
    {
        _clock.Advance(time);
        await _host.Reminders.Tick();
    }

    private async Task<DateTimeOffset> Due() => await _host.Scalar<DateTime>("select due_at from reminder");

    private async Task<long> RowsRead()
    {
        await Execute("select pg_stat_force_next_flush()");
        return await _host.Scalar<long>("select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relname = 'reminder'");
    }

    private Task Insert(string grain, int count, string later = "0") => Execute(
        $"""
        insert into reminder (service_id, grain_id, reminder_name, start_time, period_ms, due_at)
        select 'backsoon', {grain}, 'many', at, 3600000, at from generate_series(1, {count}) n, (select '{_clock.GetUtcNow():O}'::timestamptz + interval '{later}' as at) moment
        """);

    private async Task Execute(string sql)
    {
        await using var command = _host.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
