using Orleans.Runtime;


namespace Backsoon.Embedded;

[Collection(Grains.Name)]
public sealed class ActivationTests(Databases databases) : IAsyncLifetime
{
    private TestHost _host = null!;
    private ILivingGrain _grain = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.Start(await databases.Create());
        _grain = _host.Get<ILivingGrain>("living/one");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Calls_at_the_same_moment_meet_one_activation()
    {
        var lives = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(_grain.Life)));
        Assert.Single(lives.Distinct());
    }

    [Fact]
    public async Task An_activation_that_fails_fails_its_calls_and_leaves_nothing()
    {
        _host.Stage.Open("opening");
        var grain = _host.Get<ILivingGrain>("living/fails");
        var calls = Enumerable.Range(0, 3).Select(_ => grain.Life()).ToList();
        foreach (var call in calls)
            Assert.Equal("Not today", (await Assert.ThrowsAsync<InvalidOperationException>(() => call)).Message);
        Assert.Equal(0, _host.Grains.Count);

        _host.Stage.Say("may open");
        Assert.NotEqual(Guid.Empty, await grain.Life());
    }

    [Fact]
    public async Task A_constructor_that_fails_fails_the_call()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _host.Get<IUnmakeableGrain>("unmakeable/one").Be());
        Assert.Equal(0, _host.Grains.Count);
    }

    [Fact]
    public async Task No_call_comes_in_before_the_activation_is_open()
    {
        var call = _host.Get<ILivingGrain>("living/slow").Life();
        await _host.Stage.Heard("opening");
        Assert.False(call.IsCompleted);
        _host.Stage.Open("opening");
        await call;
    }

    [Fact]
    public async Task An_idle_grain_is_collected_and_told_why()
    {
        var life = await _grain.Life();
        _host.Pass(TimeSpan.FromMinutes(14));
        Assert.Equal(life, await _grain.Life());
        _host.Pass(TimeSpan.FromMinutes(14));
        Assert.Equal(1, _host.Grains.Count);
        _host.Pass(TimeSpan.FromMinutes(1));
        await _host.Stage.Heard("living/one left: ActivationIdle");
        Assert.NotEqual(life, await _grain.Life());
    }

    [Fact]
    public async Task A_grain_at_work_is_not_idle()
    {
        var work = _grain.Work("work");
        await _host.Stage.Heard("work began");
        _host.Pass(TimeSpan.FromHours(1));
        Assert.Equal(1, _host.Grains.Count);
        _host.Stage.Open("work");
        await Assert.ThrowsAsync<TimeoutException>(() => work);
    }

    [Fact]
    public async Task Deactivation_can_be_put_off()
    {
        var life = await _grain.Life();
        await _grain.Stay(TimeSpan.FromHours(1));
        _host.Pass(TimeSpan.FromMinutes(59));
        Assert.Equal(life, await _grain.Life());
        await _grain.Stay(TimeSpan.FromMinutes(-1));
        _host.Pass(TimeSpan.FromMinutes(15));
        await _host.Stage.Heard("living/one left: ActivationIdle");
    }

    [Fact]
    public async Task A_grain_that_asks_to_go_finishes_its_turns_and_the_waiting_calls_meet_the_next()
    {
        var life = await _grain.Life();
        var work = _grain.Work("work");
        await _host.Stage.Heard("work began");
        var going = _grain.Go();
        var next = _grain.Life();
        _host.Stage.Open("work");
        await Task.WhenAll(work, going);
        Assert.NotEqual(life, await next);
        Assert.Contains("living/one left: ApplicationRequested", _host.Stage.Said);
    }

    [Fact]
    public async Task A_new_activation_waits_until_the_old_one_has_gone()
    {
        var grain = _host.Get<ILivingGrain>("living/lingers");
        var life = await grain.Life();
        await grain.Go();
        var next = grain.Life();
        await _host.Stage.Heard("lingering");
        Assert.False(next.IsCompleted);
        _host.Stage.Open("linger");
        Assert.NotEqual(life, await next);
    }

    [Fact]
    public async Task Stopping_deactivates_every_grain()
    {
        await _grain.Life();
        await _host.Stop();
        Assert.Contains("living/one left: ShuttingDown", _host.Stage.Said);
        Assert.Contains("living/one disposed", _host.Stage.Said);
        await Assert.ThrowsAsync<OrleansException>(_grain.Life);
    }

    [Fact]
    public async Task A_stateless_worker_works_beside_itself_up_to_its_limit()
    {
        var worker = _host.Get<IWorkingGrain>("working/one");
        var calls = Enumerable.Range(0, 3).Select(i => worker.Work($"{i}")).ToList();
        await _host.Stage.Heard("0 began");
        await _host.Stage.Heard("1 began");
        await Task.Yield();
        Assert.DoesNotContain("2 began", _host.Stage.Said);
        for (var i = 0; i < 3; i++)
            _host.Stage.Open($"{i}");
        Assert.Equal(2, (await Task.WhenAll(calls)).Distinct().Count());
    }

    [Fact]
    public async Task A_context_can_be_injected_into_a_grain_of_any_base()
    {
        Assert.Equal("plain/one", await _host.Get<IPlainGrain>("plain/one").Key());
        Assert.Equal(1, _host.Grains.Count);
    }
}
