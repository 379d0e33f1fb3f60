namespace Backsoon.Promises;

/// <summary>The policy as this process knows it: asked for once a minute, answered from memory.</summary>
public sealed class Policies(IGrainFactory grains, TimeProvider clock)
{
    public static readonly TimeSpan Refresh = TimeSpan.FromMinutes(1);

    private volatile Reading? _last;

    public async ValueTask<Policy> Current() => (await Look()).InForce;

    /// <summary>The same with what was announced.</summary>
    public async ValueTask<PolicyStanding> Look()
    {
        var last = _last;
        if (last is null || (clock.GetUtcNow() - last.At).Duration() >= Refresh)
            _last = last = new Reading(await grains.GetGrain<IPolicyGrain>(IPolicyGrain.Key).Read(), clock.GetUtcNow());
        return last.Standing.At(clock.GetUtcNow());
    }

    private sealed record Reading(PolicyStanding Standing, DateTimeOffset At);
}
