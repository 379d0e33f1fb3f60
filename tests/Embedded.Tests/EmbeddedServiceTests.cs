using Npgsql;
using Orleans.Runtime;

namespace Backsoon.Embedded;

[Collection(Grains.Name)]
public sealed class EmbeddedServiceTests(Databases databases)
{
    private const string EndTheHolder =
        "select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";

    [Fact]
    public async Task A_second_process_is_told_who_holds_the_database()
    {
        var database = await databases.Create();
        await using var first = await TestHost.Start(database + ";Application Name=the first");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.Start(database));
        Assert.Contains("Another process holds this database", refused.Message);
        Assert.Contains("the first", refused.Message);
        Assert.Equal("relay/one", await first.Get<IRelayGrain>("relay/one").Key());
    }

    [Fact]
    public async Task A_database_is_free_as_soon_as_its_process_has_stopped()
    {
        var database = await databases.Create();
        await using (await TestHost.Start(database))
        {
        }
        await using var second = await TestHost.Start(database);
        await second.Stop();
        await using var third = await TestHost.Start(database);
    }

    [Fact]
    public async Task A_start_waits_a_little_for_the_process_before_it()
    {
        var database = await databases.Create();
        var first = await TestHost.Start(database);
        var second = TestHost.Start(database, configure: options =>
        {
            options.HostClock = TimeProvider.System;
            options.LockPatience = TimeSpan.FromMinutes(2);
        });
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await using var started = await second;
        Assert.Equal("relay/one", await started.Get<IRelayGrain>("relay/one").Key());
    }

    [Fact]
    public async Task A_lost_hold_is_taken_again_and_grains_are_read_anew()
    {
        await using var host = await TestHost.Start(await databases.Create(), configure: options =>
        {
            options.HostClock = TimeProvider.System;
            options.RetakePatience = TimeSpan.FromMinutes(2);
        });
        var grain = host.Get<ILivingGrain>("living/one");
        var life = await grain.Life();
        Assert.Equal(1, await host.Scalar<long>(EndTheHolder));
        await host.Stage.Heard("living/one left: InternalFailure");
        await Served(grain.Life);
        Assert.NotEqual(life, await grain.Life());
        Assert.Contains(host.Log.Lines, line => line.Contains("hold on the database was lost"));
    }

    [Fact]
    public async Task While_another_has_it_nothing_is_served_and_in_the_end_the_application_stops()
    {
        var database = await databases.Create();
        await using var host = await TestHost.Start(database);
        var grain = host.Get<ILivingGrain>("living/one");
        await grain.Life();

        await using var thief = NpgsqlDataSource.Create(database);
        await using var theft = await thief.OpenConnectionAsync();
        await using var waiting = new NpgsqlCommand("select pg_advisory_lock(x'4261636B736F6F6E'::bigint)", theft);
        var stolen = waiting.ExecuteNonQueryAsync();
        await Until(async () => await host.Scalar<long>("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 1);
        await host.Scalar<long>(EndTheHolder.Replace("where", "where granted and", StringComparison.Ordinal));
        await stolen;
        await host.Stage.Heard("living/one left: InternalFailure");

        var refused = await Assert.ThrowsAsync<OrleansException>(grain.Life);
        Assert.Contains("unavailable", refused.Message);
        Assert.False(host.Stopping.IsCancellationRequested);
        await Until(() =>
        {
            host.HostClock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(host.Stopping.IsCancellationRequested);
        });
    }

    [Fact]
    public async Task PostgreSQL_killed_and_started_again_is_served_from_again()
    {
        var database = await databases.Create() + ";Options=-c synchronous_commit=on";
        await using var host = await TestHost.Start(database, configure: options =>
        {
            options.HostClock = TimeProvider.System;
            options.RetakePatience = TimeSpan.FromMinutes(2);
        });
        var grain = host.Get<IStoredGrain>("stored/one");
        await grain.Write(new() { Name = "Ada" });
        databases.Kill();
        await host.Log.Said("The hold on the database was lost");
        Assert.Equal("Ada", (await Served(grain.Read)).State.Name);
        await grain.Write(new() { Name = "Grace" });
    }

    [Fact]
    public async Task A_hold_that_was_taken_before_is_used_and_left_held()
    {
        var database = await databases.Create();
        await using var source = NpgsqlDataSource.Create(database);
        await using var hold = new DatabaseLock(source);
        Assert.True(await hold.Take(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        for (var round = 0; round < 2; round++)
        {
            await using var host = await TestHost.Start(database, hold: hold);
            Assert.Equal("relay/one", await host.Get<IRelayGrain>("relay/one").Key());
        }
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.Start(database));
        await hold.DisposeAsync();
        await using var free = await TestHost.Start(database);
    }

    [Fact]
    public async Task A_host_that_is_disposed_without_being_stopped_frees_the_database()
    {
        var database = await databases.Create();
        var first = await TestHost.Start(database);
        await first.DisposeWithoutStop();
        await using var second = await TestHost.Start(database, configure: options =>
        {
            options.HostClock = TimeProvider.System;
            options.LockPatience = TimeSpan.FromMinutes(2);
        });
    }

    [Fact]
    public async Task When_one_of_its_loops_fails_the_application_stops()
    {
        var clock = new BreakableClock();
        await using var host = await TestHost.Start(await databases.Create(), configure: options => options.HostClock = clock);
        clock.IsBroken = true;
        await Until(() => Task.FromResult(host.Stopping.IsCancellationRequested));
        Assert.Contains(host.Log.Lines, line => line.Contains("The clock is broken"));
        clock.IsBroken = false;
    }

    [Fact]
    public async Task Nothing_is_delivered_by_a_host_that_only_asks()
    {
        await using var host = await TestHost.Start(await databases.Create(), configure: options => options.DeliversReminders = false);
        await host.Get<IRemindedGrain>("reminded/one").Register("soon", TimeSpan.Zero, TimeSpan.FromMinutes(1));
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        Assert.Equal(1, await host.Scalar<long>("select count(*) from reminder where due_at = start_time"));
    }

    private sealed class BreakableClock : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override long GetTimestamp() => IsBroken ? throw new InvalidOperationException("The clock is broken") : base.GetTimestamp();
    }

    private static async Task<T> Served<T>(Func<Task<T>> call)
    {
        T answer = default!;
        await Until(async () =>
        {
            try
            {
                answer = await call();
                return true;
            }
            catch (OrleansException)
            {
                return false;
            }
        });
        return answer;
    }

    private static async Task Until(Func<Task<bool>> come)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await come())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }
}
