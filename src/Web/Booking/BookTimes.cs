using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>A week of free times as a guest reads it, or one day of them.</summary>
/// <param name="Host">Null for whoever is free.</param>
/// <param name="ZoneId">The guest's.</param>
/// <param name="From">The first day, in the guest's zone.</param>
/// <param name="NextFree">Where nothing is free this week: when it is next.</param>
/// <param name="WasSought">Whether this is the first week with a free time and not the one that was asked for.</param>
/// <param name="Days">Seven, or one: then all its times are shown.</param>
public sealed record BookTimes(
    BookingView View, Service Service, Host? Host, string ZoneId, DateOnly From, DateOnly First, DateOnly Last, ImmutableArray<Slot> Slots, bool IsCalendarKnown, DateTimeOffset? NextFree, bool WasSought, int Days)
{
    public const int Week = 7;

    public bool IsDay => Days == 1;

    public IEnumerable<Host> Hosts => View.Hosts.Where(host => host.Active && Service.Hosts.Contains(host.Id));

    /// <summary>By whose clock the hours are; null when several hosts have several.</summary>
    public string? HostZoneId => ZoneOf(View, Service, Host);

    public DateOnly? Earlier => From > First ? Max(From.AddDays(-Days), First) : null;

    public DateOnly? Later => From.AddDays(Days) <= Last ? From.AddDays(Days) : null;

    /// <param name="query">A week by its first day (from), or a day; with neither, the first week that has a free time.</param>
    public static async Task<BookTimes> Read(TenantScope scope, BookingView view, Service service, Host? host, string zone, IQueryCollection query, Guid form, DateTimeOffset now)
    {
        var (only, days) = (Day(query["day"]), Week);
        if (only is not null)
            days = 1;
        var from = only ?? Day(query["from"]);
        var (first, last) = (LocalTime.Date(now + service.MinNotice, zone), LocalTime.Date(now, zone).AddDays(service.MaxDays + 1));
        var day = from is { } asked ? Max(Min(asked, last), first) : first;
        var list = await Free(day);
        if (!list.Slots.IsEmpty || !list.IsCalendarKnown)
            return new BookTimes(view, service, host, zone, day, first, last, list.Slots, list.IsCalendarKnown, null, false, days);

        var next = await Next(scope, service.Id, host?.Id, LocalTime.StartOf(day.AddDays(days), zone), LocalTime.StartOf(last.AddDays(1), zone), form);
        if (from is not null || next is null)
            return new BookTimes(view, service, host, zone, day, first, last, [], list.IsCalendarKnown, next, false, days);
        day = LocalTime.Date(next.Value, zone);
        list = await Free(day);
        return new BookTimes(view, service, host, zone, day, first, last, list.Slots, list.IsCalendarKnown, null, true, days);

        Task<SlotList> Free(DateOnly first) => scope.Booking().Slots(service.Id, host?.Id, LocalTime.StartOf(first, zone), LocalTime.StartOf(first.AddDays(days), zone), form);
    }

    /// <summary>The zone a guest's times are said in: their own when they told it, else the host's.</summary>
    public static string Zone(string? asked, BookingView view, Service? service, Host? host) =>
        asked is { Length: > 0 and < 64 } && LocalTime.IsZone(asked) ? Zones.Current(asked) : (service is null ? null : ZoneOf(view, service, host)) ?? view.Profile.Settings.ZoneId;

    public static DateOnly? Day(string? asked) => DateOnly.TryParseExact(asked, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 2200 ? day : null;

    private static async Task<DateTimeOffset?> Next(TenantScope scope, Guid service, Guid? host, DateTimeOffset from, DateTimeOffset until, Guid form)
    {
        for (; from < until; from += SlotList.Longest)
        {
            var end = from + SlotList.Longest < until ? from + SlotList.Longest : until;
            if ((await scope.Booking().Slots(service, host, from, end, form)).Slots is [var first, ..])
                return first.Start;
        }

        return null;
    }

    private static string? ZoneOf(BookingView view, Service service, Host? host) =>
        host?.ZoneId ?? (view.Hosts.Where(one => one.Active && service.Hosts.Contains(one.Id)).Select(one => one.ZoneId).Distinct().ToArray() is [var only] ? only : null);

    private static DateOnly Max(DateOnly one, DateOnly other) => one > other ? one : other;

    private static DateOnly Min(DateOnly one, DateOnly other) => one < other ? one : other;
}
