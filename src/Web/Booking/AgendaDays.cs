using System.Collections.Immutable;
using NodaTime;
using LocalTime = Backsoon.Shared.LocalTime;

namespace Backsoon.Booking;

/// <summary>Some days of the agenda, on the clocks of one zone.</summary>
/// <param name="First">The first hour that is shown.</param>
/// <param name="Last">Exclusive.</param>
/// <param name="IsGrid">Whether hours can be drawn: not when more is at one time than a day has room for side by side.</param>
public sealed record AgendaDays(ImmutableArray<AgendaDay> Days, int First, int Last, bool IsGrid)
{
    /// <summary>How many stand side by side on a day of a week; what is more is counted, and seen on its day.</summary>
    public const int LanesOfWeek = 3;
    public const int LanesOfDay = 12;

    /// <summary>In minutes: what the positions of the style sheet are apart.</summary>
    public const int Step = 5;

    // What is shorter could not be read, and is drawn as long.
    private const int Shortest = 15;
    private const int Hour = 60;
    private const int Morning = 8;
    private const int Evening = 18;
    private const int Midnight = 24 * Hour;

    public static AgendaDays Of(Agenda agenda, DateOnly from, int count, string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var days = Enumerable.Range(0, count).Select(from.AddDays).Select(day => InLanes(day, ItemsOf(agenda, day, zone), count > 1 ? LanesOfWeek : int.MaxValue)).ToImmutableArray();
        var all = days.SelectMany(day => day.Items).ToArray();
        var first = all.Select(item => item.From / Hour).Append(Morning).Min();
        var last = all.Select(item => (item.Until + Hour - 1) / Hour).Append(Evening).Max();
        return new AgendaDays(days, first, last, all.All(item => item.Lanes <= LanesOfDay));
    }

    private static List<AgendaItem> ItemsOf(Agenda agenda, DateOnly day, DateTimeZone zone) =>
    [
        .. agenda.Appointments.Select(appointment => On(day, zone, appointment.Start, appointment.End, appointment, null))
            .Concat(agenda.Blocks.Select(block => On(day, zone, block.Start, block.End, null, block))).OfType<AgendaItem>(),
    ];

    // What reaches beyond a day is shown on each, as far as it goes.
    private static AgendaItem? On(DateOnly day, DateTimeZone zone, DateTimeOffset start, DateTimeOffset end, Appointment? appointment, BlockedTime? block)
    {
        var from = Math.Min(Minute(start, day, zone) / Step * Step, Midnight - Shortest);
        var until = (Minute(end, day, zone) + Step - 1) / Step * Step;
        return LocalTime.StartOf(day, zone.Id) < end && start < LocalTime.StartOf(day.AddDays(1), zone.Id) ? new AgendaItem(appointment, block, start, end, from, Math.Max(until, from + Shortest), 0, 1, false) : null;
    }

    private static int Minute(DateTimeOffset at, DateOnly day, DateTimeZone zone)
    {
        var local = Instant.FromDateTimeOffset(at).InZone(zone).LocalDateTime;
        var date = local.Date.ToDateOnly();
        return date < day ? 0 : date > day ? Midnight : local.Hour * Hour + local.Minute;
    }

    // What is at the same time stands side by side; what touches none of it has its day's whole width.
    private static AgendaDay InLanes(DateOnly day, IEnumerable<AgendaItem> items, int most)
    {
        var (shown, more) = (new List<AgendaItem>(), ImmutableArray.CreateBuilder<AgendaMore>());
        foreach (var together in Together(items))
        {
            var lanes = together.Max(item => item.Lane) + 1;
            var beyond = lanes > most ? together.FindAll(item => item.Lane >= most - 1) : [];
            shown.AddRange(together.Select(item => item with { Lanes = Math.Min(lanes, most), IsBeyond = beyond.Contains(item) }));
            if (beyond.Count > 0)
                more.Add(new AgendaMore(beyond.Count, beyond.Min(item => item.From), beyond.Max(item => item.Until), most - 1, most));
        }

        return new AgendaDay(day, [.. shown.OrderBy(item => item.Start).ThenBy(item => item.End)], more.ToImmutable());
    }

    private static IEnumerable<List<AgendaItem>> Together(IEnumerable<AgendaItem> items)
    {
        var (together, ends) = (new List<AgendaItem>(), new List<int>());
        foreach (var item in items.OrderBy(item => item.From).ThenBy(item => item.Until))
        {
            if (together.Count > 0 && ends.TrueForAll(end => end <= item.From))
            {
                yield return together;
                (together, ends) = ([], []);
            }

            var lane = ends.FindIndex(end => end <= item.From);
            if (lane < 0)
            {
                lane = ends.Count;
                ends.Add(0);
            }

            ends[lane] = item.Until;
            together.Add(item with { Lane = lane });
        }

        if (together.Count > 0)
            yield return together;
    }
}

/// <param name="More">Where more is at one time than fits beside it.</param>
public sealed record AgendaDay(DateOnly Day, ImmutableArray<AgendaItem> Items, ImmutableArray<AgendaMore> More);

/// <summary>An appointment or a blocked time on one day.</summary>
/// <param name="From">In minutes from midnight, as is the other.</param>
/// <param name="Lanes">How many stand side by side, this among them.</param>
/// <param name="IsBeyond">Whether it is only counted where hours are drawn.</param>
public sealed record AgendaItem(Appointment? Appointment, BlockedTime? Block, DateTimeOffset Start, DateTimeOffset End, int From, int Until, int Lane, int Lanes, bool IsBeyond);

/// <summary>What stands in the last lane for all that had no room.</summary>
public sealed record AgendaMore(int Count, int From, int Until, int Lane, int Lanes);
