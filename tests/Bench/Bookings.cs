using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Booking;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>Businesses that take bookings around the clock, and what their guests send.</summary>
public sealed class Bookings(ImmutableArray<SeededShop> shops, BookingView view, KeyRing ring)
{
    private const int Shops = 200;
    private const int Appointments = 500;
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset s_first = new(TimeProvider.System.GetUtcNow().Date.AddDays(2), TimeSpan.Zero);
    // Far from where the others book.
    private static readonly DateTimeOffset s_wanted = s_first.AddDays(300);

    private int _next;
    private int _guests;

    public static async Task<Bookings> Open(IGrainFactory grains, IEnumerable<SeededTenant> tenants, KeyRing ring)
    {
        var shops = ImmutableArray.CreateBuilder<SeededShop>();
        foreach (var tenant in tenants.Take(Shops))
        {
            var booking = grains.For(tenant.Tenant).Booking();
            await booking.Change(BookingSettings.Default with { IsOn = true });
            var host = (await booking.Look())!.Hosts[0];
            await booking.PutHost(host with { ZoneId = "UTC", Hours = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, new OpeningSpan(0, OpeningSpan.Day)))], []) });
            var service = new Service(
                Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), "Viewing", Active: true, s_length, TimeSpan.Zero, TimeSpan.Zero, null, new Place(PlaceKind.Address, "Harbour Street 4"), [], TimeSpan.Zero, Service.MostDays,
                s_length, null, 1, [host.Id], TimeSpan.Zero);
            if (await booking.PutService(service) != BookingChange.Saved)
                throw new InvalidOperationException("A service was not taken.");
            shops.Add(new SeededShop(tenant.Slug, tenant.Tenant, service.Id, host.Id));
        }

        return new Bookings(shops.ToImmutable(), (await grains.For(shops[0].Tenant).Booking().Look())!, ring);
    }

    /// <summary>A week of free times of one business or another.</summary>
    public byte[] Page() => Encoding.ASCII.GetBytes($"GET /book?from={s_first:yyyy-MM-dd} HTTP/1.1\r\nHost: {Next().Shop.Slug}.localhost\r\n\r\n");

    /// <summary>The form for a time that nobody else wants.</summary>
    public byte[] Post()
    {
        var (shop, number) = Next();
        return Form(shop, s_first + s_length * number);
    }

    /// <summary>The form for the one time that everybody wants.</summary>
    public byte[] PostForOne() => Form(shops[0], s_wanted);

    /// <summary>How long a month of free times takes to reckon for a host with 500 appointments, as the median of many.</summary>
    public TimeSpan Month()
    {
        var (service, host) = (view.Services[0], view.Hosts[0]);
        var sittings = Enumerable.Range(0, Appointments).Select(i => Sitting.Of(Guid.CreateVersion7(s_first), service, s_first + 12 * i * s_length, isHeld: false)).ToArray();
        var (times, found) = (new List<TimeSpan>(), 0);
        for (var i = 0; i < 300; i++)
        {
            var began = Stopwatch.GetTimestamp();
            found = new Availability(view, service, host, new Timetable(sittings, [], BusySnapshot.None), s_first).Slots(s_first, s_first.AddDays(31)).Count();
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        return found == 31 * 288 - Appointments ? times.Order().ElementAt(times.Count / 2) : throw new InvalidOperationException($"There are {found} free times in the month.");
    }

    private (SeededShop Shop, int Number) Next()
    {
        var next = Interlocked.Increment(ref _next);
        return (shops[next % shops.Length], next / shops.Length);
    }

    private byte[] Form(SeededShop shop, DateTimeOffset start)
    {
        var now = TimeProvider.System.GetUtcNow();
        var ticket = BookTicket.New(shop.Tenant, null, now.AddMinutes(-1)) with { Slot = new KeptSlot(shop.Service, shop.Host, start, "UTC", now.AddMinutes(4)) };
        var body = $"name=Ana+Duarte&email=ana.duarte{Interlocked.Increment(ref _guests)}%40example.com&phone=%2B351+912+000+000&note=";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"POST /book/{ticket.Sign(ring, now)} HTTP/1.1\r\nHost: {shop.Slug}.localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}

public sealed record SeededShop(Slug Slug, TenantId Tenant, Guid Service, Guid Host);
