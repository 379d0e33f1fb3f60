using System.Collections.Immutable;
using NodaTime;
using LocalTime = Backsoon.Shared.LocalTime;

namespace Backsoon.Booking;

/// <summary>Some days of the agenda by the half hour, on the clocks of one zone.</summary>
/// <param name="First">The first half hour that is shown, from midnight.</param>
/// <param name="Last">Exclusive.</param>
public sealed record AgendaDays(ImmutableArray<AgendaDay> Days, int First, int Last)
{
    public const int MostLanes = 6;
    private const int Morning = 16;
    private const int Evening = 36;
    private const int Midnight = 48;

    public static AgendaDays Of(Agenda agenda, DateOnly from, int count, string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var days = Enumerable.Range(0, count).Select(from.AddDays).Select(day => (Day: day, Items: ItemsOf(agenda, day, zone))).ToArray();
        var all = days.SelectMany(day => day.Items).ToArray();
        var first = all.Select(item => item.From).Append(Morning).Min() / 2 * 2;
        var last = (all.Select(item => item.Until).Append(Evening).Max() + 1) / 2 * 2;
        return new AgendaDays([.. days.Select(day => new AgendaDay(day.Day, InLanes(day.Items)))], first, last);
    }

    private static List<AgendaItem> ItemsOf(Agenda agenda, DateOnly day, DateTimeZone zone) =>
    [
        .. agenda.Appointments.Select(appointment => On(day, zone, appointment.Start, appointment.End, appointment, null))
            .Concat(agenda.Blocks.Select(block => On(day, zone, block.Start, block.End, null, block)))
            .OfType<AgendaItem>().OrderBy(item => item.Start).ThenBy(item => item.End),
    ];

    // What reaches beyond a day is shown on each, as far as it goes.
    private static AgendaItem? On(DateOnly day, DateTimeZone zone, DateTimeOffset start, DateTimeOffset end, Appointment? appointment, BlockedTime? block)
    {
        var (from, until) = (HalfHour(start, day, zone, up: false), HalfHour(end, day, zone, up: true));
        return LocalTime.StartOf(day, zone.Id) < end && start < LocalTime.StartOf(day.AddDays(1), zone.Id) ? new AgendaItem(appointment, block, start, end, from, Math.Max(until, from + 1), 0) : null;
    }

    private static int HalfHour(DateTimeOffset at, DateOnly day, DateTimeZone zone, bool up)
    {
        var local = Instant.FromDateTimeOffset(at).InZone(zone).LocalDateTime;
        var date = local.Date.ToDateOnly();
        return date < day ? 0 : date > day ? Midnight : (local.Hour * 60 + local.Minute + (up ? 29 : 0)) / 30;
    }

    // What is at the same time stands side by side.
    private static ImmutableArray<AgendaItem> InLanes(List<AgendaItem> items)
    {
        var ends = new int[MostLanes];
        return [.. items.Select(item =>
        {
            var lane = Math.Max(Array.FindIndex(ends, end => end <= item.From), 0);
            ends[lane] = item.Until;
            return item with { Lane = lane };
        })];
    }
}

public sealed record AgendaDay(DateOnly Day, ImmutableArray<AgendaItem> Items);

/// <summary>An appointment or a blocked time on one day.</summary>
/// <param name="From">In half hours from midnight, as is the other.</param>
public sealed record AgendaItem(Appointment? Appointment, BlockedTime? Block, DateTimeOffset Start, DateTimeOffset End, int From, int Until, int Lane);
