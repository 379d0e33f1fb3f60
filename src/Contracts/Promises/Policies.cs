namespace Backsoon.Promises;

/// <summary>The policy as this process knows it: asked for once a minute, answered from memory.</summary>
public sealed class Policies(IGrainFactory grains, TimeProvider clock)
{
    public static readonly TimeSpan Refresh = TimeSpan.FromMinutes(1);

    private volatile Reading? _last;

    public ValueTask<Policy> Current()
    {
        var last = _last;
        return last is not null && (clock.GetUtcNow() - last.At).Duration() < Refresh ? new(last.Policy) : new(Read());
    }

    private async Task<Policy> Read()
    {
        var policy = await grains.GetGrain<IPolicyGrain>(IPolicyGrain.Key).Read();
        _last = new Reading(policy, clock.GetUtcNow());
        return policy;
    }

    private sealed record Reading(Policy Policy, DateTimeOffset At);
}
