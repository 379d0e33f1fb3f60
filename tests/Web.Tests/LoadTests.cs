namespace Backsoon;

/// <summary>What the load script reckons with.</summary>
public sealed class LoadTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_histogram_is_within_one_per_cent_of_what_was_put_in_from_a_microsecond_to_a_day()
    {
        foreach (var microseconds in new[] { 1L, 127, 128, 129, 255, 256, 1_000, 65_535, 1_000_000, 123_456_789, 86_400_000_000 })
        {
            var histogram = new LatencyHistogram();
            histogram.Add(TimeSpan.FromMicroseconds(microseconds));
            histogram.Add(TimeSpan.FromDays(2));
            Assert.InRange(histogram.At(0.5).TotalMicroseconds, microseconds, microseconds * 1.01);
            Assert.Equal(TimeSpan.FromDays(1), histogram.Most);
        }
    }

    [Fact]
    public void A_percentile_is_what_that_part_was_not_longer_than()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(TimeSpan.Zero, histogram.At(0.99));
        foreach (var milliseconds in Enumerable.Range(1, 1_000).Reverse())
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
        foreach (var (part, exact) in new[] { (0.001, 1), (0.5, 500), (0.9, 900), (0.99, 990), (0.999, 999), (1.0, 1_000) })
            Assert.InRange(histogram.At(part).TotalMilliseconds, exact, exact * 1.01);
        Assert.Equal(1_000, histogram.Most.TotalMilliseconds);
        Assert.Equal(1_000, histogram.Count);
    }

    [Fact]
    public void Nothing_is_lost_when_many_count_at_once()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 8, lane =>
        {
            for (var i = 0; i < 10_000; i++)
                histogram.Add(TimeSpan.FromMicroseconds(lane * 10_000 + i));
        });
        Assert.Equal(80_000, histogram.Count);
        Assert.Equal(TimeSpan.FromMicroseconds(79_999), histogram.Most);
    }

    [Fact]
    public void Arrivals_come_at_the_rate_and_in_the_mix_that_was_asked_for_in_order_and_the_same_for_the_same_seed()
    {
        int[] weights = [70, 0, 30];
        var arrivals = Arrivals.Of(200, s_minute, weights, 1).ToList();
        Assert.InRange(arrivals.Count, 11_400, 12_600);
        Assert.InRange(arrivals.Count(arrival => arrival.Kind == 0) / (double)arrivals.Count, 0.67, 0.73);
        Assert.DoesNotContain(arrivals, arrival => arrival.Kind == 1);
        Assert.Equal(arrivals.Order(), arrivals);
        Assert.All(arrivals, arrival => Assert.InRange(arrival.At, TimeSpan.Zero, s_minute));
        Assert.Equal(arrivals, Arrivals.Of(200, s_minute, weights, 1));
        Assert.NotEqual(arrivals, Arrivals.Of(200, s_minute, weights, 2));
    }

    [Fact]
    public void People_do_not_come_in_step()
    {
        var arrivals = Arrivals.Of(100, s_minute, [1], 7).Select(arrival => arrival.At.TotalSeconds).ToList();
        var gaps = arrivals.Zip(arrivals.Skip(1), (earlier, later) => later - earlier).ToList();
        // As often as by chance: e to the minus one wait longer than the average.
        Assert.InRange(gaps.Count(gap => gap > 0.01) / (double)gaps.Count, 0.33, 0.41);
    }

    [Fact]
    public async Task What_waits_behind_something_slow_is_measured_from_when_it_was_meant_to_be_sent()
    {
        var clock = TimeProvider.System;
        var meant = clock.GetTimestamp() - 5 * clock.TimestampFrequency;
        var errand = new Errand("late", 1, () => Task.FromResult<string?>(null));
        await errand.Run(clock, meant);
        Assert.True(errand.Latency.Most >= TimeSpan.FromSeconds(5), $"{errand.Latency.Most}");
    }

    [Fact]
    public async Task What_failed_is_counted_by_its_reason_and_has_no_latency()
    {
        var answers = new Queue<string?>(["503", null, "503", "connection"]);
        var errand = new Errand("shaky", 1, () => Task.FromResult(answers.Dequeue()));
        while (answers.Count > 0)
            await errand.Run(TimeProvider.System, TimeProvider.System.GetTimestamp());
        Assert.Equal(1, errand.Latency.Count);
        Assert.Equal(new Dictionary<string, int> { ["503"] = 2, ["connection"] = 1 }, errand.Errors.ToDictionary());
        Assert.Equal(3, errand.Failed);
    }

    [Fact]
    public async Task An_open_loop_sends_the_next_although_none_was_answered_and_waits_for_all_at_the_end()
    {
        var gate = new TaskCompletionSource();
        var sent = 0;
        var expected = Arrivals.Of(2_000, TimeSpan.FromMilliseconds(50), [1], 3).Count();
        var errand = new Errand("held", 1, async () =>
        {
            // Nobody is answered before the last has come.
            if (Interlocked.Increment(ref sent) == expected)
                gate.SetResult();
            await gate.Task;
            return null;
        });
        var run = await OpenLoop.Run([errand], 2_000, TimeSpan.FromMilliseconds(50), 3, TimeProvider.System);
        Assert.Equal(expected, run.Sent);
        Assert.Equal(expected, errand.Latency.Count);
        Assert.Equal(expected, run.Lateness.Count);
    }
}
