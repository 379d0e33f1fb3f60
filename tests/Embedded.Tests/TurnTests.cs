using Orleans;
using Orleans.Concurrency;

namespace Backsoon.Embedded;

[Collection(Grains.Name)]
public sealed class TurnTests(Databases databases) : IAsyncLifetime
{
    private TestHost _host = null!;
    private ITurnsGrain _grain = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.Start(await databases.Create());
        _grain = _host.Get<ITurnsGrain>("turns/one");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_turn_ends_before_the_next_begins()
    {
        var first = _grain.Work("first");
        var second = _grain.Work("second");
        await _host.Stage.Heard("first began");
        _host.Stage.Open("second");
        await Task.Yield();
        Assert.DoesNotContain("second began", _host.Stage.Said);

        _host.Stage.Open("first");
        await Task.WhenAll(first, second);
        Assert.Equal(["first began", "first ended", "second began", "second ended"], _host.Stage.Said);
    }

    [Fact]
    public async Task Turns_are_taken_in_the_order_of_the_calls()
    {
        var calls = Enumerable.Range(0, 50).Select(i => _grain.Work($"{i}")).ToList();
        for (var i = 0; i < 50; i++)
            _host.Stage.Open($"{i}");
        await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i} began"), _host.Stage.Said.Where(said => said.EndsWith("began", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Readers_share_with_readers_and_keep_writers_waiting()
    {
        var read = _grain.Read("first");
        await _host.Stage.Heard("first began");
        var write = _grain.Work("write");
        var secondRead = _grain.Read("second");
        await _host.Stage.Heard("second began");
        Assert.DoesNotContain("write began", _host.Stage.Said);

        _host.Stage.Open("first");
        await read;
        Assert.DoesNotContain("write began", _host.Stage.Said);
        _host.Stage.Open("second");
        _host.Stage.Open("write");
        await Task.WhenAll(secondRead, write);
        Assert.Equal("write began", _host.Stage.Said.SkipWhile(said => said != "second ended").Skip(1).First());
    }

    [Fact]
    public async Task A_reader_waits_for_a_writer()
    {
        var write = _grain.Work("write");
        await _host.Stage.Heard("write began");
        var read = _grain.Read("read");
        _host.Stage.Open("read");
        _host.Stage.Open("write");
        await Task.WhenAll(write, read);
        Assert.Equal(["write began", "write ended", "read began", "read ended"], _host.Stage.Said);
    }

    [Fact]
    public async Task An_interleaving_call_runs_beside_a_writer_and_lets_writers_run_beside_it()
    {
        var write = _grain.Work("write");
        await _host.Stage.Heard("write began");
        var wait = _grain.Wait("wait");
        await _host.Stage.Heard("wait began");
        _host.Stage.Open("write");
        await write;
        _host.Stage.Open("next");
        await _grain.Work("next");
        Assert.False(wait.IsCompleted);
        _host.Stage.Open("wait");
        await wait;
    }

    [Fact]
    public async Task Interleaved_calls_never_run_in_parallel_not_even_after_awaits()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _grain.Trample(200)));
        Assert.Equal(64 * 200, await _grain.Trampled());
    }

    [Fact]
    public async Task A_one_way_call_returns_at_once_and_runs_all_the_same()
    {
        var poked = _grain.Poke("poke");
        Assert.True(poked.IsCompletedSuccessfully);
        await _host.Stage.Heard("poke began");
        _host.Stage.Open("poke");
        await _host.Stage.Heard("poke ended");
    }

    [Fact]
    public async Task What_a_one_way_call_throws_is_logged()
    {
        await _grain.PokeToFail("it broke");
        await _grain.Trampled();
        Assert.Contains(_host.Log.Lines, line => line.Contains("PokeToFail") && line.Contains("it broke"));
    }

    [Fact]
    public async Task What_a_turn_throws_reaches_its_caller_and_no_other()
    {
        var failing = _grain.Throw("broken");
        var fine = _grain.Trampled();
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal(0, await fine);
    }

    [Fact]
    public async Task A_caller_does_not_lend_its_context_to_a_grain()
    {
        var local = new AsyncLocal<string?> { Value = "the caller's" };
        TurnsGrain.Seen = local;
        Assert.Null(await _grain.SeeContext());
    }

    [Fact]
    public async Task A_value_task_is_answered_too() => Assert.Equal(42, await _grain.Answer(41));
}

public interface ITurnsGrain : IGrainWithStringKey
{
    Task Work(string name);

    [ReadOnly]
    Task Read(string name);

    [AlwaysInterleave]
    Task Wait(string name);

    [OneWay]
    Task Poke(string name);

    [OneWay]
    Task PokeToFail(string message);

    [AlwaysInterleave]
    Task Trample(int times);

    Task<int> Trampled();

    Task Throw(string message);

    Task<string?> SeeContext();

    ValueTask<int> Answer(int question);
}

[GrainType("turns")]
public sealed class TurnsGrain(Stage stage) : Grain, ITurnsGrain
{
    private int _count;
    private int _inside;

    public static AsyncLocal<string?>? Seen { get; set; }

    public async Task Work(string name)
    {
        stage.Say($"{name} began");
        await stage.Gate(name);
        stage.Say($"{name} ended");
    }

    public Task Read(string name) => Work(name);

    public Task Wait(string name) => Work(name);

    public Task Poke(string name) => Work(name);

    public Task PokeToFail(string message) => throw new InvalidOperationException(message);

    public async Task Trample(int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (Interlocked.Increment(ref _inside) != 1)
                throw new InvalidOperationException("Two at once");
            _count++;
            Interlocked.Decrement(ref _inside);
            if (i % 3 == 0)
                await Task.Run(static () => { });
            else
                await Task.Yield();
        }
    }

    public Task<int> Trampled() => Task.FromResult(_count);

    public Task Throw(string message) => throw new InvalidOperationException(message);

    public Task<string?> SeeContext() => Task.FromResult(Seen?.Value);

    public ValueTask<int> Answer(int question) => new(question + 1);
}
