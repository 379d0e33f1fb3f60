namespace Backsoon.Dispatch;

/// <summary>A sixteenth of all requests that wait for something to happen by the clock.</summary>
/// <remarks>Key: <c>chains/{0..15}</c>.</remarks>
[Alias("dispatch.chains")]
public interface IChainsGrain : IGrainWithStringKey
{
    public const int Shards = 16;

    /// <summary>Registers the reminder that sweeps; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Something of this shard is due then; a timer is set if it is the earliest.</summary>
    [OneWay, Alias("expect")]
    Task Expect(DateTimeOffset at);

    /// <summary>Advances everything due by now. Returns how many.</summary>
    [Alias("sweep")]
    Task<int> Sweep();
}
