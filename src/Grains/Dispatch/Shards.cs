using System.Security.Cryptography;

namespace Backsoon.Dispatch;

/// <summary>Which of the sixteen chains grains looks after a request.</summary>
internal static class Shards
{
    /// <summary>A sweep each minute sets timers for what is due before the next one: only what is due sooner has to be told.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);

    public static short Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (short)(SHA256.HashData(bytes)[^1] % IChainsGrain.Shards);
    }

    public static IChainsGrain Chains(this IGrainFactory grains, int shard) => grains.GetGrain<IChainsGrain>($"chains/{shard}");

    public static void Expect(IGrainFactory grains, short shard, DateTimeOffset? at, TimeProvider clock)
    {
        if (at < clock.GetUtcNow() + Ahead)
            _ = grains.Chains(shard).Expect(at.Value);
    }
}
