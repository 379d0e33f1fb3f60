using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Backsoon.Booking;

/// <summary>Random hosts, services and days that are taken, near the moments in which a zone's clocks change.</summary>
internal sealed record Shop(BookingView View, Service Service, Host Host, ImmutableArray<Sitting> Sittings, ImmutableArray<BlockedTime> Blocks, BusySnapshot Calendar, DateTimeOffset Now, DateTimeOffset From, DateTimeOffset Until)
{
    public static readonly Guid HostId = new(1, 0, 0, new byte[8]);

    // From when on every clock of the world differs from UTC by whole minutes.
    private static readonly Instant s_from = Instant.FromUtc(1973, 1, 1, 0, 0);
    private static readonly Instant s_until = Instant.FromUtc(2060, 1, 1, 0, 0);

    private static readonly Gen<OpeningSpan> s_spans = from a in Gen.Choose(0, 95) from b in Gen.Choose(1, 96) select new OpeningSpan(Math.Min(a, b - 1) * 15, Math.Max(a + 1, b) * 15);
    private static readonly Gen<ImmutableArray<OpeningSpan>> s_days = Gen.OneOf(
        Gen.Choose(0, 3).SelectMany(count => s_spans.ListOf(count)).Select(spans => spans.ToImmutableArray()),
        Gen.Elements<ImmutableArray<OpeningSpan>>([new(0, OpeningSpan.Day)], [new(0, 240), new(1080, OpeningSpan.Day)]));

    public Availability Availability => new(View, Service, Host, new Timetable(Sittings, Blocks, Calendar), Now);

    public Availability Empty => new(View, Service, Host, new Timetable([], [], BusySnapshot.None), Now);

    public static Gen<Shop> In(string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var changes = zone.GetZoneIntervals(s_from, s_until).Where(even => even.HasStart && even.Start > s_from).Select(even => even.Start).DefaultIfEmpty(s_from).ToArray();
        return from near in Gen.OneOf(Gen.Choose(0, (int)(s_until - s_from).TotalHours).Select(hours => s_from + Duration.FromHours(hours)), Gen.Elements(changes), Gen.Elements(changes))
               from quarters in Gen.Choose(-96 * 2, 0)
               let start = (near + Duration.FromMinutes(quarters * 15)).ToDateTimeOffset()
               let day = DateOnly.FromDateTime(start.UtcDateTime)
               from own in Hours(day)
               from business in Hours(day)
               from kinds in Gen.Choose(0, 3)
               from service in Services
               from sittings in Sits(start, service)
               from blocks in Times(start).Select(times => times.Select(time => new BlockedTime(Guid.Empty, HostId, time.Start, time.End, "")).ToImmutableArray())
               from busy in Times(start)
               from early in Gen.Choose(0, 60 * 24 * 3)
               from away in Gen.Choose(-3000, 6000)
               let host = new Host(HostId, "Ana", EmailAddress.Parse("ana@example.com"), true, kinds > 0 ? own : null, zoneId)
               select new Shop(
                   ViewOf(service, host, kinds < 3 ? business : null, zoneId, new Absence(Guid.Empty, start.AddMinutes(away), start.AddMinutes(away + 300), null, null, false)), service, host, sittings, blocks,
                   new BusySnapshot(true, true, start, [.. busy.Select(time => new BusyPeriod(time.Start, time.End))]), start.AddMinutes(-early), start, start.AddHours(30));
    }

    /// <param name="about">Booked at random, as the database would let it be: nothing that touches another sitting.</param>
    private static Gen<ImmutableArray<Sitting>> Sits(DateTimeOffset start, Service about) => Gen.Choose(-12, 120).ListOf(4).Select(quarters =>
    {
        var sittings = new List<Sitting>();
        foreach (var (quarter, i) in quarters.Select((quarter, i) => (quarter, i)))
        {
            var one = Sitting.Of(new Guid(i + 9, 0, 0, new byte[8]), i % 2 == 0 ? about : about with { Id = Guid.Empty, Length = TimeSpan.FromMinutes(20) }, start.AddMinutes(quarter * 15), isHeld: i == 3);
            if (sittings.TrueForAll(other => one.GuardFrom >= other.GuardUntil || other.GuardFrom >= one.GuardUntil))
                sittings.Add(one);
        }

        return sittings.ToImmutableArray();
    });

    private static Gen<ImmutableArray<BusyPeriod>> Times(DateTimeOffset start) => Gen.Choose(0, 3).SelectMany(count => (
        from minutes in Gen.Choose(-100, 1800) from length in Gen.Choose(1, 200) select new BusyPeriod(start.AddMinutes(minutes), start.AddMinutes(minutes + length))).ListOf(count)).Select(times => times.ToImmutableArray());

    private static Gen<Service> Services =>
        from length in Gen.Choose(1, 8)
        from step in Gen.Choose(1, 8)
        from before in Gen.Choose(0, 2)
        from after in Gen.Choose(0, 2)
        from notice in Gen.Choose(0, 600)
        from cap in Gen.Choose(0, 3)
        from seats in Gen.Choose(1, 2)
        select Lesson with
        {
            Length = TimeSpan.FromMinutes(length * 15),
            Step = TimeSpan.FromMinutes(step * 10),
            BufferBefore = TimeSpan.FromMinutes(before * 10),
            BufferAfter = TimeSpan.FromMinutes(after * 10),
            MinNotice = TimeSpan.FromMinutes(notice),
            DailyCap = cap == 0 ? null : cap,
            Seats = seats,
        };

    public static readonly Service Lesson = new(
        new Guid(2, 0, 0, new byte[8]), "Lesson", true, TimeSpan.FromMinutes(60), TimeSpan.Zero, TimeSpan.Zero, null, new Place(PlaceKind.Address, "1 Quay"), [], TimeSpan.Zero, 60, TimeSpan.FromMinutes(60), null, 1, [HostId], TimeSpan.Zero);

    public static BookingView ViewOf(Service service, Host host, OpeningHours? business, string zone, params ImmutableArray<Absence> absences) => new(
        1, BookingSettings.Default with { IsOn = true }, [service], [host],
        new TenantProfile(
            new TenantId("tenant_1"), Slug.Parse("quay"), Industry.Other,
            new TenantSettings("Quay", zone, new("thing", "things", "caller"), new OwnerContact("Ana", EmailAddress.Parse("ana@example.com"), null), null, null, null, null, NotificationPreferences.Default, business),
            [new AccountId("account_1")], DateTimeOffset.UnixEpoch, 1, absences));

    private static Gen<OpeningHours> Hours(DateOnly day)
    {
        var exceptions = from start in Gen.Choose(-3, 3) from length in Gen.Choose(0, 2) from periods in s_days select new OpeningException(day.AddDays(start), day.AddDays(start + length), "Holiday", periods);
        return from week in s_days.ListOf(7)
               from count in Gen.Choose(0, 2)
               from others in exceptions.ListOf(count)
               select new OpeningHours([.. week.SelectMany((spans, weekday) => spans.Select(span => new OpeningPeriod((DayOfWeek)weekday, span)))], [.. others]);
    }
}
