using System.Collections.Immutable;
using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Booking;

/// <summary>Which of the free times stand on a page, so that it stays small on a slow line: of a week with many the first of each hour or so, of a day all of them or a part.</summary>
/// <param name="Every">Of each stretch of so many minutes by the guest's clock the first is shown; null for all.</param>
/// <param name="Part">The number of the part of the day that is shown; null where it is in one.</param>
/// <param name="Filled">The parts that have times.</param>
public sealed record BookShown(ImmutableArray<BookShown.Day> Days, int? Every, int? Part, ImmutableArray<int> Filled)
{
    // What a page of at most 30 KB has room for beside its style sheet and the business's own words.
    private const int Room = 12_200;
    private const int Name = 80;
    private const int Button = 72;
    private const int ButtonWithWords = 96;
    private static readonly int[] s_stretches = [15, 30, 60, 120, 240, 480];

    /// <summary>By the hours in which they begin.</summary>
    public static readonly ImmutableArray<(string Name, int From, int Until)> Parts = [("Before 6", 0, 6), ("6 to 12", 6, 12), ("12 to 18", 12, 18), ("From 18", 18, 24)];

    public static BookShown Of(BookTimes times, string? part)
    {
        var zone = DateTimeZoneProviders.Tzdb[times.ZoneId];
        var all = times.Slots.Select(slot => (Slot: slot, Local: slot.Start.ToInstant().InZone(zone).LocalDateTime)).ToArray();
        var room = (Room - times.Hosts.Count() * Name) / (times.Service.Seats > 1 ? ButtonWithWords : Button);
        if (times.IsDay && all.Length > room)
        {
            var filled = Enumerable.Range(0, Parts.Length).Where(number => all.Any(one => IsIn(number, one.Local))).ToImmutableArray();
            var chosen = int.TryParse(part, out var asked) && filled.Contains(asked) ? asked : filled[0];
            return new BookShown(Group([.. all.Where(one => IsIn(chosen, one.Local))]), null, chosen, filled);
        }

        if (all.Length <= room)
            return new BookShown(Group(all), null, null, []);
        var thinned = s_stretches.Select(minutes => (Minutes: minutes, Slots: Thin(all, minutes))).ToArray();
        var fits = thinned.FirstOrDefault(one => one.Slots.Length <= room, thinned[^1]);
        var counts = all.CountBy(one => one.Local.Date).ToDictionary();
        return new BookShown([.. Group(fits.Slots).Select(day => day with { All = counts[LocalDate.FromDateOnly(day.Date)] })], fits.Minutes, null, []);
    }

    private static (Slot Slot, LocalDateTime Local)[] Thin((Slot Slot, LocalDateTime Local)[] all, int minutes) =>
        [.. all.DistinctBy(one => (one.Local.Date, (one.Local.Hour * 60 + one.Local.Minute) / minutes))];

    private static ImmutableArray<Day> Group((Slot Slot, LocalDateTime Local)[] some) =>
        [.. some.GroupBy(one => one.Local.Date).Select(day => new Day(day.Key.ToDateOnly(), [.. day.Select(one => one.Slot)], day.Count()))];

    private static bool IsIn(int part, LocalDateTime at) => at.Hour >= Parts[part].From && at.Hour < Parts[part].Until;

    /// <param name="All">How many the day has.</param>
    public sealed record Day(DateOnly Date, ImmutableArray<Slot> Slots, int All)
    {
        public bool IsThinned => All > Slots.Length;
    }
}
