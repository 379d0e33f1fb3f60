using Orleans;
using Orleans.Runtime;

namespace Backsoon.Embedded;

[Collection(Grains.Name)]
public sealed class GrainHostTests(Databases databases) : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.Start(await databases.Create());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_call_that_is_not_answered_in_30_seconds_times_out_at_the_caller()
    {
        var grain = _host.Get<IRelayGrain>("relay/one");
        var call = grain.Work("work");
        await _host.Stage.Heard("work began");
        _host.Pass(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted);
        _host.Pass(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => call);

        _host.Stage.Open("work");
        Assert.Equal("relay/one", await grain.Key());
    }

    [Fact]
    public async Task A_call_that_timed_out_while_it_waited_is_never_begun()
    {
        var grain = _host.Get<IRelayGrain>("relay/one");
        var first = grain.Work("first");
        await _host.Stage.Heard("first began");
        var second = grain.Work("second");
        _host.Pass(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => second);
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        _host.Stage.Open("first");
        await grain.Key();
        Assert.DoesNotContain("second began", _host.Stage.Said);
    }

    [Fact]
    public async Task Two_grains_that_wait_for_each_other_time_out()
    {
        var call = _host.Get<IRelayGrain>("relay/one").Through("relay/two", "relay/one");
        await _host.Stage.Heard("relay/two calls relay/one");
        _host.Pass(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => call);
    }

    [Fact]
    public async Task Grains_call_each_other() =>
        Assert.Equal("relay/three", await _host.Get<IRelayGrain>("relay/one").Through("relay/two", "relay/three"));

    [Fact]
    public async Task A_reference_travels_and_says_whose_it_is()
    {
        var grain = _host.Get<IRelayGrain>("relay/one");
        var itself = await grain.Itself();
        Assert.Equal(grain, itself);
        Assert.Equal("relay/relay/one", itself.GetGrainId().ToString());
        Assert.Equal("relay/one", await itself.AsReference<IOtherGrain>().Other());
        Assert.NotEqual(grain, _host.Get<IRelayGrain>("relay/two"));
    }

    [Theory]
    [InlineData("cafe")]
    [InlineData("1042")]
    [InlineData("0192f2f0-0000-7000-8000-000000000000")]
    [InlineData("")]
    public void A_key_that_Orleans_could_take_for_a_number_is_refused(string key) =>
        Assert.Throws<ArgumentException>(() => _host.Get<IRelayGrain>(key));

    [Fact]
    public void An_interface_without_a_class_or_with_two_is_refused()
    {
        Assert.Contains("No grain class", Assert.Throws<ArgumentException>(() => _host.Get<INobodysGrain>("nobody/one")).Message);
        Assert.Contains("implemented by", Assert.Throws<ArgumentException>(() => _host.Get<ISharedGrain>("shared/one")).Message);
    }

    [Fact]
    public void A_method_that_cannot_cross_to_another_process_is_refused() =>
        Assert.Contains("returns", Assert.Throws<NotSupportedException>(() => _host.Get<ILocalGrain>("local/one")).Message);

    [Fact]
    public void Grain_ids_are_parsed_at_the_first_slash()
    {
        var id = GrainId.Parse("magic-link/link/abc");
        Assert.Equal(GrainId.Create("magic-link", "link/abc"), id);
        Assert.False(GrainId.TryParse("/key", out _));
        Assert.Throws<ArgumentException>(() => GrainId.Parse("key"));
    }
}

public interface INobodysGrain : IGrainWithStringKey;

public interface ISharedGrain : IGrainWithStringKey;

public interface ILocalGrain : IGrainWithStringKey
{
    int Now();
}

public interface IOtherGrain : IGrainWithStringKey
{
    Task<string> Other();
}

public interface IRelayGrain : IGrainWithStringKey
{
    Task Work(string name);

    Task<string> Key();

    Task<string> Through(string key, string then);

    Task<string> Last(string key);

    Task<IRelayGrain> Itself();
}

[GrainType("relay")]
public sealed class RelayGrain(Stage stage) : Grain, IRelayGrain, IOtherGrain, ISharedGrain
{
    public async Task Work(string name)
    {
        stage.Say($"{name} began");
        await stage.Gate(name);
    }

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<string> Through(string key, string then) => GrainFactory.GetGrain<IRelayGrain>(key).Last(then);

    public Task<string> Last(string key)
    {
        var last = GrainFactory.GetGrain<IRelayGrain>(key).Key();
        stage.Say($"{this.GetPrimaryKeyString()} calls {key}");
        return last;
    }

    public Task<IRelayGrain> Itself() => Task.FromResult(this.AsReference<IRelayGrain>());

    public Task<string> Other() => Key();
}

[GrainType("local")]
public sealed class LocalGrain : Grain, ILocalGrain, ISharedGrain
{
    public int Now() => 1;
}
