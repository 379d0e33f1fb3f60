using Backsoon.Tenants;
using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Booking;

/// <summary>When a host is there: the week and the days of their own, and the business's holidays, as stretches of real time.</summary>
/// <remarks>
/// A stretch is as long as the clock on the wall says so without a break: one that begins in a gap begins at its end, and an hour that the clock shows twice is two. An evening that ends at midnight goes on
/// into the next day's early hours; around the clock, each day stands by itself.
/// </remarks>
public sealed class HostHours(Host host, OpeningHours? business)
{
    private static readonly OpeningSpan s_wholeDay = new(0, OpeningSpan.Day);

    private readonly OpeningHours? _week = host.Hours ?? business;

    public DateTimeZone Zone { get; } = DateTimeZoneProviders.Tzdb.GetZoneOrNull(host.ZoneId) ?? DateTimeZone.Utc;

    public LocalDate DayOf(DateTimeOffset at) => at.ToInstant().InZone(Zone).Date;

    /// <summary>The stretches that touch the time between, in order.</summary>
    public IEnumerable<(Instant Start, Instant End)> Stretches(Instant from, Instant until)
    {
        // A zone may skip a day or have one twice.
        var last = until.InZone(Zone).Date.PlusDays(2);
        var today = from.InZone(Zone).Date.PlusDays(-2);
        var (yesterdays, todays) = (On(today.PlusDays(-1)).Spans, On(today).Spans);
        for (; today <= last; today = today.PlusDays(1))
        {
            var tomorrows = On(today.PlusDays(1)).Spans;
            for (var i = 0; i < todays.Count; i++)
            {
                if (i == 0 && GoesOn(yesterdays, todays))
                    continue;
                var until24 = i == todays.Count - 1 && GoesOn(todays, tomorrows) ? OpeningSpan.Day + tomorrows[0].Until : todays[i].Until;
                foreach (var stretch in Pieces(today.AtMidnight().PlusMinutes(todays[i].From), today.AtMidnight().PlusMinutes(until24)))
                {
                    if (stretch.End > from && stretch.Start < until)
                        yield return stretch;
                }
            }

            (yesterdays, todays) = (todays, tomorrows);
        }
    }

    /// <summary>Why a time is outside the hours.</summary>
    public SlotAnswer Outside(DateTimeOffset at) => On(DayOf(at)).Reason;

    // What counts on a day: the host's own exception, else the business's, within the week; periods that touch are one.
    private (SlotAnswer Reason, IReadOnlyList<OpeningSpan> Spans) On(LocalDate date)
    {
        var day = date.ToDateOnly();
        if (host.Hours?.ExceptionOn(day) is { } own)
            return (new SlotAnswer(SlotReason.Override, own.Name), Merged(own.Periods));
        var week = _week?.OnWeekday(day.DayOfWeek) ?? [s_wholeDay];
        return !host.WorksOnHolidays && business?.ExceptionOn(day) is { } holiday
            ? (new SlotAnswer(SlotReason.Holiday, holiday.Name), Merged(host.Hours is null ? holiday.Periods : Common(week, holiday.Periods)))
            : (new SlotAnswer(SlotReason.OutsideHours), Merged(week));
    }

    private static IEnumerable<OpeningSpan> Common(IEnumerable<OpeningSpan> some, IEnumerable<OpeningSpan> others) =>
        from one in some
        from other in others
        let span = new OpeningSpan(Math.Max(one.From, other.From), Math.Min(one.Until, other.Until))
        where span.From < span.Until
        select span;

    private static List<OpeningSpan> Merged(IEnumerable<OpeningSpan> spans)
    {
        var merged = new List<OpeningSpan>();
        foreach (var span in spans.Where(span => span.From < span.Until).OrderBy(span => span.From))
        {
            if (merged.Count > 0 && span.From <= merged[^1].Until)
                merged[^1] = merged[^1] with { Until = Math.Max(merged[^1].Until, span.Until) };
            else
                merged.Add(span);
        }

        return merged;
    }

    private static bool GoesOn(IReadOnlyList<OpeningSpan> evening, IReadOnlyList<OpeningSpan> morning) =>
        evening.Count > 0 && morning.Count > 0 && evening[^1] is { Until: OpeningSpan.Day, From: > 0 } && morning[0].From == 0;

    // Between two changes of the clock the wall runs evenly; what touches across one is one piece.
    private List<(Instant Start, Instant End)> Pieces(LocalDateTime start, LocalDateTime end)
    {
        var pieces = new List<(Instant Start, Instant End)>(1);
        var margin = Duration.FromDays(1);
        foreach (var even in Zone.GetZoneIntervals(start.InUtc().ToInstant() - margin, end.InUtc().ToInstant() + margin))
        {
            var (first, last) = (start.WithOffset(even.WallOffset).ToInstant(), end.WithOffset(even.WallOffset).ToInstant());
            if (even.HasStart)
                first = Instant.Max(first, even.Start);
            if (even.HasEnd)
                last = Instant.Min(last, even.End);
            if (first >= last)
                continue;
            if (pieces.Count > 0 && pieces[^1].End == first)
                pieces[^1] = (pieces[^1].Start, last);
            else
                pieces.Add((first, last));
        }

        return pieces;
    }
}
