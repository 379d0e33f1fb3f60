using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>How long a chain takes at most until somebody has accepted or the owner is told, whoever is silent, says no or is not available, with hours as they are now.</summary>
public static class PolicyBound
{
    public static TimeSpan Of(ImmutableArray<RouteStep> steps, int repeat, bool urgent, Duties duties, DateTimeOffset now)
    {
        var round = TimeSpan.Zero;
        foreach (var step in steps)
            round += Hold(step, urgent, duties, now) + Wait(step, urgent, duties, now);
        return repeat * round;
    }

    // Each of them alone: who else could be asked may say no before.
    private static TimeSpan Hold(RouteStep step, bool urgent, Duties duties, DateTimeOffset now) =>
        urgent || step.Start == StepStart.Now ? TimeSpan.Zero : step.Vendors.Select(vendor => Longest(Gaps(duties.Time(vendor.Id), now), Chain.LongestHold)).DefaultIfEmpty().Max();

    private static TimeSpan Wait(RouteStep step, bool urgent, Duties duties, DateTimeOffset now) =>
        urgent || !step.CountsDuty ? step.Wait : step.Vendors.Select(vendor => Longest(Waits(duties.Time(vendor.Id), step.Wait, now), step.Wait + Chain.LongestHold)).DefaultIfEmpty(step.Wait).Max();

    private static IEnumerable<TimeSpan> Gaps(OpenTime time, DateTimeOffset now)
    {
        var closed = now;
        foreach (var (start, end) in time.Spans(now))
        {
            yield return start - closed;
            closed = end;
        }
    }

    // A wait is longest for whoever is asked when they go off duty.
    private static IEnumerable<TimeSpan> Waits(OpenTime time, TimeSpan wait, DateTimeOffset now) => time.IsAlways
        ? [wait]
        : time.Spans(now).Select(span => span.End).Prepend(now).Select(closed => time.AddOpen(closed, wait) is { } at ? at - closed : TimeSpan.MaxValue);

    private static TimeSpan Longest(IEnumerable<TimeSpan> spans, TimeSpan most)
    {
        var longest = TimeSpan.Zero;
        foreach (var span in spans)
        {
            if (span >= most)
                return most;
            longest = span > longest ? span : longest;
        }

        return longest;
    }
}
