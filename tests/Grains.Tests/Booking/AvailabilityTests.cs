using System.Collections.Immutable;
using Backsoon.Tenants;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Booking;

public sealed class AvailabilityTests
{
    private const int RunsAZone = 3;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void No_slot_is_outside_the_hours_and_none_is_lost() => Everywhere(shop =>
    {
        var hours = new WallClock(shop);
        var open = Enumerable.Range(-60 * 50, 60 * 130).ToDictionary(minute => shop.From + minute * s_minute, minute => hours.Stretch(shop.From + minute * s_minute));
        var expected = new List<DateTimeOffset>();
        for (var at = shop.From; at < shop.Until; at += s_minute)
        {
            // A stretch goes on for as long as the wall says that it is the same one, minute by minute.
            if (open[at] is not { } stretch)
                continue;
            var began = at;
            while (open.TryGetValue(began - s_minute, out var before) && before == stretch)
                began -= s_minute;
            var end = at + shop.Service.Length;
            var runs = true;
            for (var minute = at; minute < end && runs; minute += s_minute)
                runs = open[minute] == stretch;
            if (runs && (at - began).Ticks % shop.Service.Step.Ticks == 0)
                expected.Add(at);
        }

        var free = shop with { View = shop.View with { Profile = shop.View.Profile with { Absences = [] } }, Service = shop.Service with { MinNotice = TimeSpan.Zero }, Now = shop.From };
        Assert.Equal(expected, free.Empty.Slots(shop.From, shop.Until).Select(slot => slot.Start));
    });

    [Fact]
    public void No_slot_touches_what_is_taken_and_every_start_that_does_not_is_a_slot() => Everywhere(shop =>
    {
        var starts = (shop with { View = shop.View with { Profile = shop.View.Profile with { Absences = [] } }, Now = shop.From - TimeSpan.FromDays(1), Service = shop.Service with { MinNotice = TimeSpan.Zero } }).Empty.Slots(shop.From, shop.Until).Select(slot => slot.Start);
        Assert.Equal(starts.Where(start => IsFree(shop, start)), shop.Availability.Slots(shop.From, shop.Until).Select(slot => slot.Start));
    });

    [Fact]
    public void Why_not_agrees_with_the_slots_at_any_instant() => Everywhere(shop =>
    {
        var availability = shop.Availability;
        var slots = availability.Slots(shop.From, shop.Until).Select(slot => slot.Start).ToHashSet();
        for (var at = shop.From; at < shop.Until; at += TimeSpan.FromMinutes(5))
            Assert.Equal(slots.Contains(at), availability.Why(at).Reason == SlotReason.Free);
        Assert.All(slots, slot => Assert.Equal(SlotReason.Free, availability.Why(slot).Reason));
    });

    [Fact]
    public void Slots_a_length_apart_never_overlap() => Everywhere(shop =>
    {
        var far = shop with { Service = shop.Service with { Step = shop.Service.Step < shop.Service.Length ? shop.Service.Length : shop.Service.Step } };
        var slots = far.Empty.Slots(shop.From, shop.Until).ToArray();
        Assert.All(slots.Skip(1).Zip(slots), pair => Assert.True(pair.Second.End <= pair.First.Start));
    });

    [Fact, Trait("Abuse", "19")]
    public void Nobody_is_offered_an_hour_that_does_not_exist_and_both_of_one_that_comes_twice()
    {
        // In Lisbon 01:00 became 02:00 in March, and 02:00 became 01:00 in October.
        Assert.Equal(["00:00", "01:00", "02:00", "03:00"], Starts(All, "Europe/Lisbon", "2026-03-29 00:00", 4));
        Assert.Equal(["00:00", "02:00", "03:00", "04:00"], Starts(All, "Europe/Lisbon", "2026-03-29 00:00", 4, wall: true));
        Assert.Equal(["00:00", "01:00", "01:00", "02:00"], Starts(All, "Europe/Lisbon", "2026-10-24 23:00", 4, wall: true));
    }

    [Fact]
    public void An_evening_goes_on_after_midnight()
    {
        var nights = new OpeningHours([new(DayOfWeek.Friday, new(22 * 60, OpeningSpan.Day)), new(DayOfWeek.Saturday, new(0, 150))], []);
        Assert.Equal(["22:00", "23:30", "01:00"], Starts(nights, "UTC", "2026-11-20 12:00", 10, length: 90));
    }

    [Fact]
    public void A_day_of_ones_own_comes_before_a_holiday_of_the_business()
    {
        var week = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, new(540, 1020)))], [new(new(2026, 12, 26), new(2026, 12, 26), "Sale", [new(600, 720)])]);
        var business = new OpeningHours([], [new(new(2026, 12, 24), new(2026, 12, 24), "Christmas Eve", [new(480, 660)]), new(new(2026, 12, 25), new(2026, 12, 26), "Christmas", [])]);
        var availability = Of(week, business, "UTC", "2026-12-20 00:00");
        Assert.Equal(["09:00", "10:00"], availability.Slots(Utc("2026-12-24 00:00"), Utc("2026-12-25 00:00")).Select(slot => $"{slot.Start:HH:mm}"));
        Assert.Equal(new SlotAnswer(SlotReason.Holiday, "Christmas"), availability.Why(Utc("2026-12-25 10:00")));
        Assert.Equal(["10:00", "11:00"], availability.Slots(Utc("2026-12-26 00:00"), Utc("2026-12-27 00:00")).Select(slot => $"{slot.Start:HH:mm}"));
        Assert.Equal(new SlotAnswer(SlotReason.Override, "Sale"), availability.Why(Utc("2026-12-26 09:00")));
        Assert.Equal(new SlotAnswer(SlotReason.OutsideHours), availability.Why(Utc("2026-12-27 20:00")));
        Assert.Equal(new SlotAnswer(SlotReason.NotOnStep), availability.Why(Utc("2026-12-27 10:20")));
    }

    [Fact]
    public void A_host_may_go_on_through_holidays_and_while_the_business_is_away()
    {
        var zone = "UTC";
        var business = new OpeningHours([], [new(new(2026, 12, 25), new(2026, 12, 25), "Christmas", [])]);
        var host = new Host(Shop.HostId, "Ana", Mail.EmailAddress.Parse("ana@example.com"), true, All, zone);
        SlotReason Why(Host host, string at) => new Availability(
            Shop.ViewOf(Shop.Lesson, host, business, zone, new Absence(Guid.Empty, Utc("2026-12-27 00:00"), Utc("2026-12-28 00:00"), null, null, false)), Shop.Lesson, host, new Timetable([], [], BusySnapshot.None), Utc("2026-12-20 00:00")).Why(Utc(at)).Reason;

        Assert.Equal((SlotReason.Holiday, SlotReason.Away), (Why(host, "2026-12-25 10:00"), Why(host, "2026-12-27 10:00")));
        Assert.Equal((SlotReason.Free, SlotReason.Away), (Why(host with { WorksOnHolidays = true }, "2026-12-25 10:00"), Why(host with { WorksOnHolidays = true }, "2026-12-27 10:00")));
        Assert.Equal((SlotReason.Holiday, SlotReason.Free), (Why(host with { WorksWhileAway = true }, "2026-12-25 10:00"), Why(host with { WorksWhileAway = true }, "2026-12-27 10:00")));
    }

    private static readonly OpeningHours All = new([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, new(0, OpeningSpan.Day)))], []);

    private static bool IsFree(Shop shop, DateTimeOffset start)
    {
        var (service, end) = (shop.Service, start + shop.Service.Length);
        var (guardFrom, guardUntil) = (start - service.BufferBefore, end + service.BufferAfter);
        var zone = DateTimeZoneProviders.Tzdb[shop.Host.ZoneId];
        LocalDate Day(DateTimeOffset at) => at.ToInstant().InZone(zone).Date;
        var together = shop.Sittings.Where(other => other.Service == service.Id && other.Start == start).ToArray();
        return start >= shop.Now + service.MinNotice
            && !shop.View.Profile.Absences.Any(away => away.From < end && away.Until > start)
            && !shop.Blocks.Any(block => block.Start < end && block.End > start)
            && !shop.Calendar.Busy.Any(busy => busy.Start < guardUntil && busy.End > guardFrom)
            && !shop.Sittings.Except(together).Any(other => other.GuardFrom < guardUntil && other.GuardUntil > guardFrom)
            && together.Length < service.Seats
            && (service.DailyCap is not { } cap || shop.Sittings.Count(other => other.Service == service.Id && Day(other.Start) == Day(start)) < cap);
    }

    private static IEnumerable<string> Starts(OpeningHours hours, string zone, string from, int take, int length = 60, bool wall = false) =>
        Of(hours, null, zone, from, length).Slots(Utc(from), Utc(from).AddDays(2)).Take(take).Select(slot => wall ? $"{slot.Start.ToInstant().InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime:HH:mm}" : $"{slot.Start:HH:mm}");

    private static Availability Of(OpeningHours hours, OpeningHours? business, string zone, string now, int length = 60)
    {
        var service = Shop.Lesson with { Length = TimeSpan.FromMinutes(length), Step = TimeSpan.FromMinutes(length) };
        var host = new Host(Shop.HostId, "Ana", Mail.EmailAddress.Parse("ana@example.com"), true, hours, zone);
        return new Availability(Shop.ViewOf(service, host, business, zone), service, host, new Timetable([], [], BusySnapshot.None), Utc(now));
    }

    private static void Everywhere(Action<Shop> holds)
    {
        foreach (var id in DateTimeZoneProviders.Tzdb.Ids)
            Check.One(Config.QuickThrowOnFailure.WithMaxTest(RunsAZone).WithQuietOnSuccess(true), Prop.ForAll(Shop.In(id).ToArbitrary(), holds));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse($"{text}Z", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Somebody who looks at the clock on the wall and at the hours beside it, and knows nothing else.</summary>
    private sealed class WallClock(Shop shop)
    {
        private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[shop.Host.ZoneId];
        private readonly Dictionary<DateOnly, ImmutableArray<OpeningSpan>> _days = [];

        /// <summary>What names the stretch that an instant is in: the day and minute of the clock at which it begins. Null when nobody is there.</summary>
        public (DateOnly, int)? Stretch(DateTimeOffset at)
        {
            var wall = at.ToInstant().InZone(_zone).LocalDateTime;
            var day = wall.Date.ToDateOnly();
            var minute = wall.Hour * 60 + wall.Minute;
            if (On(day).FirstOrDefault(span => span.From <= minute && minute < span.Until) is not { } span)
                return null;
            var evening = On(day.AddDays(-1)).LastOrDefault();
            return span.From == 0 && evening is { Until: OpeningSpan.Day, From: > 0 } ? (day.AddDays(-1), evening.From) : (day, span.From);
        }

        private ImmutableArray<OpeningSpan> On(DateOnly day)
        {
            if (_days.TryGetValue(day, out var known))
                return known;
            var open = new bool[OpeningSpan.Day];
            for (var minute = 0; minute < open.Length; minute++)
                open[minute] = IsOpen(day, minute);
            var spans = ImmutableArray.CreateBuilder<OpeningSpan>();
            for (var minute = 0; minute < open.Length; minute++)
            {
                if (open[minute] && (minute == 0 || !open[minute - 1]))
                    spans.Add(new OpeningSpan(minute, minute + Array.FindIndex([.. open[minute..], false], still => !still)));
            }

            return _days[day] = spans.ToImmutable();
        }

        private bool IsOpen(DateOnly day, int minute)
        {
            bool In(IEnumerable<OpeningSpan> spans) => spans.Any(span => span.From <= minute && minute < span.Until);
            var (own, business) = (shop.Host.Hours, shop.View.Profile.Settings.Hours);
            OpeningException? Exception(OpeningHours? hours) => hours?.Exceptions.Where(other => other.From <= day && day <= other.Until).OrderBy(other => other.Days).FirstOrDefault();
            return Exception(own) is { } mine ? In(mine.Periods)
                : Exception(business) is { } holiday ? In(holiday.Periods) && (own is null || In(own.OnWeekday(day.DayOfWeek)))
                : (own ?? business) is not { } week || In(week.OnWeekday(day.DayOfWeek));
        }
    }
}
