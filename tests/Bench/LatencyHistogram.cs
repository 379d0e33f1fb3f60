using System.Numerics;

namespace Backsoon;

/// <summary>Counts of durations in buckets that grow with the duration: within one per cent of the truth from a microsecond to hours, in a fixed amount of memory.</summary>
public sealed class LatencyHistogram
{
    // Of each power of two, 128 buckets: their width is less than a hundredth of what is in them.
    private const int Bits = 7;
    private const int PerPower = 1 << Bits;
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(24);

    private readonly long[] _counts = new long[Bucket(Microseconds(s_longest)) + 1];
    private long _count;
    private long _most;

    public long Count => Interlocked.Read(ref _count);

    /// <summary>Exact.</summary>
    public TimeSpan Most => TimeSpan.FromMicroseconds(Interlocked.Read(ref _most));

    /// <summary>Any thread may. What is longer than a day counts as a day, what is negative as nothing.</summary>
    public void Add(TimeSpan duration)
    {
        var microseconds = Microseconds(duration < TimeSpan.Zero ? TimeSpan.Zero : duration > s_longest ? s_longest : duration);
        Interlocked.Increment(ref _counts[Bucket(microseconds)]);
        Interlocked.Increment(ref _count);
        for (var most = Interlocked.Read(ref _most); most < microseconds && Interlocked.CompareExchange(ref _most, microseconds, most) is var seen && seen != most; most = seen)
        {
        }
    }

    /// <summary>The duration that the given part of all was not longer than; zero when there are none.</summary>
    /// <param name="part">From 0 to 1.</param>
    public TimeSpan At(double part)
    {
        var count = Count;
        var wanted = Math.Max(1, (long)Math.Ceiling(count * part));
        for (var (bucket, passed) = (0, 0L); bucket < _counts.Length && count > 0; bucket++)
        {
            passed += Interlocked.Read(ref _counts[bucket]);
            if (passed >= wanted)
                return TimeSpan.FromMicroseconds(Math.Min(Highest(bucket), Interlocked.Read(ref _most)));
        }

        return Most;
    }

    private static long Microseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;

    private static int Bucket(long microseconds)
    {
        if (microseconds < PerPower)
            return (int)microseconds;
        var shift = BitOperations.Log2((ulong)microseconds) - Bits;
        return ((shift + 1) << Bits) + (int)((microseconds >> shift) - PerPower);
    }

    private static long Highest(int bucket)
    {
        if (bucket < PerPower)
            return bucket;
        var shift = (bucket >> Bits) - 1;
        return ((long)((bucket & (PerPower - 1)) + PerPower + 1) << shift) - 1;
    }
}
