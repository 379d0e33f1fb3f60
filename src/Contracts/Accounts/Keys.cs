namespace Backsoon.Accounts;

/// <summary>The key ring as this process knows it: asked for once a minute, answered from memory.</summary>
public sealed class Keys(IGrainFactory grains, TimeProvider clock)
{
    public static readonly TimeSpan Refresh = TimeSpan.FromMinutes(1);

    private volatile Reading? _last;

    public ValueTask<KeyRing> Current()
    {
        var last = _last;
        return last is not null && (clock.GetUtcNow() - last.At).Duration() < Refresh ? new(last.Ring) : new(Read());
    }

    private async Task<KeyRing> Read()
    {
        var ring = await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        _last = new Reading(ring, clock.GetUtcNow());
        return ring;
    }

    private sealed record Reading(KeyRing Ring, DateTimeOffset At);
}
