using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Tenants;

/// <summary>Opening hours as instants of a zone. Somebody is there when the clock on the wall says so: a period that begins in a gap begins at its end, and an hour that the clock shows twice counts twice.</summary>
/// <param name="hours">Null for always.</param>
public sealed class OpenTime(OpeningHours? hours, string zoneId)
{
    /// <summary>How far ahead anything is looked for.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(400);

    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId) ?? DateTimeZone.Utc;

    public bool IsAlways => hours is null;

    public bool IsOpen(DateTimeOffset at)
    {
        if (hours is null)
            return true;
        var wall = at.ToInstant().InZone(_zone).LocalDateTime;
        var ticks = wall.TickOfDay;
        return hours.On(wall.Date.ToDateOnly()).Any(span => span.From * TimeSpan.TicksPerMinute <= ticks && ticks < span.Until * TimeSpan.TicksPerMinute);
    }

    /// <summary>The instant itself while it is open, else the first after it that is. Null when there is none within the horizon.</summary>
    public DateTimeOffset? NextOpening(DateTimeOffset at) => hours is null ? at : Spans(at).Select(span => (DateTimeOffset?)span.Start).FirstOrDefault();

    /// <summary>When this much open time has passed. Null when that is beyond the horizon.</summary>
    public DateTimeOffset? AddOpen(DateTimeOffset from, TimeSpan time)
    {
        if (hours is null || time <= TimeSpan.Zero)
            return from + time;
        foreach (var (start, end) in Spans(from))
        {
            if (end - start >= time)
                return start + time;
            time -= end - start;
        }

        return null;
    }

    /// <summary>How much of the time between is open, as far as the horizon.</summary>
    public TimeSpan OpenBetween(DateTimeOffset from, DateTimeOffset until)
    {
        if (hours is null || until <= from)
            return until <= from ? TimeSpan.Zero : until - from;
        var open = TimeSpan.Zero;
        foreach (var (start, end) in Spans(from).TakeWhile(span => span.Start < until))
            open += (end < until ? end : until) - start;
        return open;
    }

    /// <summary>The open times from an instant on, in order, none touching the next, as far as the horizon.</summary>
    public IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Spans(DateTimeOffset from)
    {
        if (hours is null)
        {
            yield return (from, from + Horizon);
            yield break;
        }

        (Instant Start, Instant End)? open = null;
        foreach (var (start, end) in Pieces(hours, from.ToInstant(), (from + Horizon).ToInstant()))
        {
            if (open is { } before && start <= before.End)
            {
                open = (before.Start, Instant.Max(before.End, end));
            }
            else
            {
                if (open is { } whole)
                    yield return (whole.Start.ToDateTimeOffset(), whole.End.ToDateTimeOffset());
                open = (start, end);
            }
        }

        if (open is { } last)
            yield return (last.Start.ToDateTimeOffset(), last.End.ToDateTimeOffset());
    }

    // Between two changes of the clock the wall runs evenly: each such stretch is looked at by itself, and gaps and overlaps fall between them.
    private IEnumerable<(Instant Start, Instant End)> Pieces(OpeningHours open, Instant from, Instant until)
    {
        foreach (var even in _zone.GetZoneIntervals(from, until))
        {
            var first = even.HasStart ? Instant.Max(even.Start, from) : from;
            var last = even.HasEnd ? Instant.Min(even.End, until) : until;
            var lastDay = last.WithOffset(even.WallOffset).Date;
            for (var day = first.WithOffset(even.WallOffset).Date; day <= lastDay; day = day.PlusDays(1))
            {
                var midnight = day.AtMidnight().WithOffset(even.WallOffset).ToInstant();
                foreach (var span in open.On(day.ToDateOnly()).OrderBy(span => span.From))
                {
                    var (start, end) = (Instant.Max(midnight + Duration.FromMinutes(span.From), first), Instant.Min(midnight + Duration.FromMinutes(span.Until), last));
                    if (start < end)
                        yield return (start, end);
                }
            }
        }
    }
}
