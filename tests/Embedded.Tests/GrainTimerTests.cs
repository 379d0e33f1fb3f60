using Orleans;
using Orleans.Runtime;

namespace Backsoon.Embedded;

[Collection(Grains.Name)]
public sealed class GrainTimerTests(Databases databases) : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private TestHost _host = null!;
    private ITimingGrain _grain = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.Start(await databases.Create());
        _grain = _host.Get<ITimingGrain>("timing/one");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_timer_ticks_when_due_and_then_every_period()
    {
        await _grain.Start("tick", new(Minute, 2 * Minute));
        _host.Clock.Advance(Minute - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await _grain.Ticks());
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await _grain.Ticks());
        _host.Clock.Advance(Minute);
        Assert.Equal(1, await _grain.Ticks());
        _host.Clock.Advance(Minute);
        Assert.Equal(2, await _grain.Ticks());
    }

    [Fact]
    public async Task A_timer_without_a_period_ticks_once()
    {
        await _grain.Start("tick", new(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        _host.Clock.Advance(Minute);
        Assert.Equal(1, await _grain.Ticks());
        _host.Clock.Advance(60 * Minute);
        Assert.Equal(1, await _grain.Ticks());
    }

    [Fact]
    public async Task A_tick_is_a_turn_and_never_meets_itself()
    {
        await _grain.Start("held", new(Minute, Minute));
        _host.Clock.Advance(Minute);
        await _host.Stage.Heard("held began");
        var call = _grain.Ticks();
        _host.Clock.Advance(10 * Minute);
        Assert.False(call.IsCompleted);
        _host.Stage.Open("held");
        Assert.Equal(1, await call);
        _host.Clock.Advance(Minute);
        Assert.Equal(2, await _grain.Ticks());
    }

    [Fact]
    public async Task An_interleaving_tick_lets_calls_run_beside_it()
    {
        await _grain.Start("held", new(Minute, Minute) { Interleave = true });
        _host.Clock.Advance(Minute);
        await _host.Stage.Heard("held began");
        Assert.Equal(0, await _grain.Ticks());
        _host.Stage.Open("held");
    }

    [Fact]
    public async Task A_tick_that_throws_is_logged_and_the_next_comes_all_the_same()
    {
        await _grain.Start("throw", new(Minute, Minute));
        _host.Clock.Advance(Minute);
        Assert.Equal(1, await _grain.Ticks());
        Assert.Contains(_host.Log.Lines, line => line.Contains("A timer of timing/timing/one failed"));
        _host.Clock.Advance(Minute);
        Assert.Equal(2, await _grain.Ticks());
    }

    [Fact]
    public async Task A_timer_can_be_changed_and_stopped()
    {
        await _grain.Start("tick", new(Minute, Minute));
        await _grain.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await _grain.Ticks());
        await _grain.Change(Minute, Minute);
        await _grain.StopIt();
        _host.Clock.Advance(60 * Minute);
        Assert.Equal(1, await _grain.Ticks());
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation_and_brings_no_other_about()
    {
        await _grain.Start("tick", new(Minute, Minute));
        await _host.Grains.DeactivateAll();
        _host.Clock.Advance(60 * Minute);
        Assert.Equal(0, _host.Grains.Count);
        Assert.Equal(0, await _grain.Ticks());
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Ticks_keep_a_grain_in_memory_only_if_told_to(bool keepAlive, int left)
    {
        await _grain.Start("tick", new(Minute, Minute) { KeepAlive = keepAlive });
        for (var minute = 0; minute < 20; minute++)
        {
            var ticked = _host.Stage.Said.Count(said => said == "tick ended");
            _host.Clock.Advance(Minute);
            while (_host.Grains.Count > 0 && _host.Stage.Said.Count(said => said == "tick ended") == ticked)
                await Task.Yield();
            _host.Pass(Minute);
        }
        if (left == 0)
            await _host.Stage.Heard("timing left");
        Assert.Equal(left, _host.Stage.Said.Contains("timing left") ? 0 : 1);
    }
}

public interface ITimingGrain : IGrainWithStringKey
{
    Task Start(string what, GrainTimerCreationOptions options);

    Task Change(TimeSpan dueTime, TimeSpan period);

    Task StopIt();

    Task<int> Ticks();
}

[GrainType("timing")]
public sealed class TimingGrain(Stage stage) : Grain, ITimingGrain
{
    private IGrainTimer? _timer;
    private int _ticks;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Say("timing left");
        return Task.CompletedTask;
    }

    public Task Start(string what, GrainTimerCreationOptions options)
    {
        _timer = this.RegisterGrainTimer(_ => Tick(what), options);
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task StopIt()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    private async Task Tick(string what)
    {
        stage.Say($"{what} began");
        if (what == "held")
            await stage.Gate(what);
        _ticks++;
        stage.Say($"{what} ended");
        if (what == "throw")
            throw new InvalidOperationException("A bad tick");
    }
}
