using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Backsoon.Tenants;

public sealed class OpenTimeTests
{
    private const int RunsAZone = 8;
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    // From when on every clock of the world differs from UTC by whole minutes.
    private static readonly Instant s_from = Instant.FromUtc(1973, 1, 1, 0, 0);
    private static readonly Instant s_until = Instant.FromUtc(2037, 1, 1, 0, 0);

    private static readonly Gen<OpeningSpan> s_spans = from a in Gen.Choose(0, OpeningSpan.Day - 1) from b in Gen.Choose(1, OpeningSpan.Day) select new OpeningSpan(Math.Min(a, b - 1), Math.Max(a + 1, b));
    private static readonly Gen<ImmutableArray<OpeningSpan>> s_days = Gen.Choose(0, 3).SelectMany(count => s_spans.ListOf(count)).Select(spans => spans.ToImmutableArray());

    [Fact]
    public void Open_time_adds_up_everywhere() => Everywhere((time, at, first, second) =>
        Assert.Equal(time.OpenBetween(at, at + first + second), time.OpenBetween(at, at + first) + time.OpenBetween(at + first, at + first + second)));

    [Fact]
    public void An_opening_is_open_and_what_comes_before_it_is_not() => Everywhere((time, at, _, _) =>
    {
        if (time.NextOpening(at) is not { } next)
        {
            Assert.Equal(TimeSpan.Zero, time.OpenBetween(at, at + OpenTime.Horizon));
            Assert.False(time.IsOpen(at));
            return;
        }

        Assert.True(next >= at);
        Assert.True(time.IsOpen(next));
        Assert.True(next == at || !time.IsOpen(next - s_tick));
        Assert.Equal(TimeSpan.Zero, time.OpenBetween(at, next));
    });

    [Fact]
    public void Adding_open_time_is_the_inverse_of_measuring_it() => Everywhere((time, at, open, _) =>
    {
        if (time.AddOpen(at, open) is { } then)
        {
            Assert.Equal(open, time.OpenBetween(at, then));
            Assert.True(open == TimeSpan.Zero || time.OpenBetween(at, then - s_tick) < open);
        }
        else
        {
            Assert.True(time.OpenBetween(at, at + OpenTime.Horizon) < open);
        }
    });

    [Fact]
    public void It_is_what_somebody_says_who_looks_at_the_clock_on_the_wall_every_minute() => Everywhere((time, at, _, _) =>
    {
        var minute = TimeSpan.FromMinutes(1);
        var start = new DateTimeOffset(at.Ticks - (at.Ticks % minute.Ticks), TimeSpan.Zero);
        var open = Enumerable.Range(0, 12 * 60).Count(passed => time.IsOpen(start + passed * minute));
        Assert.Equal(open * minute, time.OpenBetween(start, start + TimeSpan.FromHours(12)));
    }, runs: 1);

    [Fact]
    public void A_period_that_begins_in_a_gap_begins_at_its_end()
    {
        // In Lisbon 01:00 became 02:00; in São Paulo midnight became 01:00.
        Assert.Equal(Utc("2026-03-29 01:00"), Sundays("Europe/Lisbon", 90, 300).NextOpening(Utc("2026-03-28 12:00")));
        Assert.Equal(Utc("2018-11-04 03:00"), Sundays("America/Sao_Paulo", 0, 360).NextOpening(Utc("2018-11-03 12:00")));
    }

    [Fact]
    public void An_hour_that_is_lived_twice_counts_twice()
    {
        var time = Sundays("Europe/Lisbon", 60, 120);
        Assert.Equal(TimeSpan.FromHours(2), time.OpenBetween(Utc("2026-10-25 00:00"), Utc("2026-10-26 00:00")));
        Assert.Equal(Utc("2026-10-25 01:30"), time.AddOpen(Utc("2026-10-24 00:00"), TimeSpan.FromMinutes(90)));
    }

    [Fact]
    public void A_day_that_a_place_skipped_had_no_hours() =>
        Assert.Equal(Utc("2012-01-05 19:00"), new OpenTime(Week(DayOfWeek.Friday, 540, 1020), "Pacific/Apia").NextOpening(Utc("2011-12-29 12:00")));

    [Fact]
    public void Days_that_are_otherwise_come_before_the_week_and_the_shortest_first()
    {
        var hours = Week(DayOfWeek.Monday, 540, 1020) with
        {
            Exceptions = [new(new(2026, 12, 21), new(2027, 1, 3), "Christmas", []), new(new(2026, 12, 28), new(2026, 12, 28), "Stocktaking", [new(600, 660)])],
        };
        var time = new OpenTime(hours, "Europe/Lisbon");

        Assert.True(time.IsOpen(Utc("2026-12-14 09:00")));
        Assert.False(time.IsOpen(Utc("2026-12-21 09:00")));
        Assert.Equal(Utc("2026-12-28 10:00"), time.NextOpening(Utc("2026-12-21 00:00")));
        Assert.Equal(Utc("2027-01-04 09:00"), time.NextOpening(Utc("2026-12-28 11:00")));
    }

    [Fact]
    public void Two_periods_that_meet_at_midnight_are_one()
    {
        var hours = new OpeningHours([new(DayOfWeek.Friday, new(22 * 60, OpeningSpan.Day)), new(DayOfWeek.Saturday, new(0, 6 * 60))], []);
        var span = new OpenTime(hours, "UTC").Spans(Utc("2026-11-20 12:00")).First();
        Assert.Equal((Utc("2026-11-20 22:00"), Utc("2026-11-21 06:00")), span);
    }

    [Fact]
    public void Without_hours_it_is_always_open_and_with_none_never()
    {
        var at = Utc("2026-11-20 12:00");
        Assert.Equal(at, new OpenTime(null, "UTC").NextOpening(at));
        Assert.Equal(at + TimeSpan.FromDays(3), new OpenTime(null, "UTC").AddOpen(at, TimeSpan.FromDays(3)));
        Assert.Null(new OpenTime(new([], []), "UTC").NextOpening(at));
        Assert.Null(new OpenTime(new([], []), "UTC").AddOpen(at, s_tick));
    }

    private static void Everywhere(Action<OpenTime, DateTimeOffset, TimeSpan, TimeSpan> holds, int runs = RunsAZone)
    {
        foreach (var id in DateTimeZoneProviders.Tzdb.Ids)
        {
            var stories = from story in Stories(DateTimeZoneProviders.Tzdb[id]) from hours in Hours(story.At.AddDays(3)) select (story.At, story.First, story.Second, Hours: hours);
            Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true), Prop.ForAll(stories.ToArbitrary(), story => holds(new OpenTime(story.Hours, id), story.At, story.First, story.Second)));
        }
    }

    // Any time will do, but it is where the clock is changed that things go wrong.
    private static Gen<(DateTimeOffset At, TimeSpan First, TimeSpan Second)> Stories(DateTimeZone zone)
    {
        var changes = zone.GetZoneIntervals(s_from, s_until).Where(even => even.HasStart && even.Start > s_from).Select(even => even.Start).DefaultIfEmpty(s_from).ToArray();
        var any = Gen.Choose(0, (int)(s_until - s_from).TotalHours).Select(hours => s_from + Duration.FromHours(hours));
        return from near in Gen.OneOf(any, Gen.Elements(changes), Gen.Elements(changes))
               from seconds in Gen.Choose(-100_000, 20_000)
               from first in Gen.Choose(0, 60 * 40)
               from second in Gen.Choose(0, 60 * 40)
               select ((near + Duration.FromSeconds(seconds)).ToDateTimeOffset(), TimeSpan.FromMinutes(first), TimeSpan.FromMinutes(second));
    }

    private static Gen<OpeningHours> Hours(DateTimeOffset near)
    {
        var day = DateOnly.FromDateTime(near.UtcDateTime);
        var exceptions = from start in Gen.Choose(-6, 3) from length in Gen.Choose(0, 4) from periods in s_days select new OpeningException(day.AddDays(start), day.AddDays(start + length), "Holiday", periods);
        return from week in s_days.ListOf(7)
               from count in Gen.Choose(0, 2)
               from others in exceptions.ListOf(count)
               select new OpeningHours([.. week.SelectMany((spans, weekday) => spans.Select(span => new OpeningPeriod((DayOfWeek)weekday, span)))], [.. others]);
    }

    private static OpenTime Sundays(string zone, int from, int until) => new(Week(DayOfWeek.Sunday, from, until), zone);

    private static OpeningHours Week(DayOfWeek day, int from, int until) => new([new(day, new(from, until))], []);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse($"{text}Z", System.Globalization.CultureInfo.InvariantCulture);
}
