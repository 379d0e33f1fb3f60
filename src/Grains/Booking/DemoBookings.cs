using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>What guests book at the demo business, and who has.</summary>
internal static class DemoBookings
{
    private static readonly OpeningSpan[] s_day = [new(9 * 60, 12 * 60 + 30), new(14 * 60, 18 * 60)];

    private static readonly (string Name, string Address, string? Note)[] s_guests =
    [
        ("Helena Prado", "helena@guest.example", "We come with two children and a pram: is there a lift?"),
        ("Jonas Weber", "jonas@guest.example", null),
        ("Aoife Byrne", "aoife@guest.example", "I may be five minutes late, my train arrives at the full hour."),
        ("Kenji Mori", "kenji@guest.example", null),
        ("Marta Silva", "marta@guest.example", "Please ring at the blue door."),
    ];

    public static async Task Plant(TenantScope scope, DateTimeOffset now)
    {
        var booking = scope.Booking();
        await booking.Change(BookingSettings.Default with { IsOn = true, Intro = "Come and see a home, or fetch your keys. We are at the old harbour, two minutes from the tram." });
        var view = await booking.Look() ?? throw new InvalidOperationException("The demo business is gone while it is being made.");
        var hours = new OpeningHours([.. from day in new[] { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday } from span in s_day select new OpeningPeriod(day, span)], []);
        var maria = view.Hosts[0] with { Hours = hours };
        var rui = new Host(IdOf("host rui"), "Rui Costa", EmailAddress.Parse("rui@harbour.example"), Active: true, hours, maria.ZoneId, WorksWhileAway: true);
        await booking.PutHost(maria);
        await booking.PutHost(rui);

        var viewing = Service("A viewing", 30, "free", new Place(PlaceKind.Address, "Rua do Cais 14, at the front door"), [new Question("Which home would you like to see?", Required: true)], [maria.Id, rui.Id])
            with
        { BufferAfter = TimeSpan.FromMinutes(15), About = "We show you round, and answer what you would like to know. Allow half an hour." };
        var keys = Service("Handing over keys", 15, null, new Place(PlaceKind.Address, "Our desk, Largo da Lanterna 3"), [], [rui.Id]);
        var call = Service("A call about your contract", 20, null, new Place(PlaceKind.Phone, ""), [], [maria.Id]);
        foreach (var service in new[] { viewing, keys, call })
            await booking.PutService(service);
        await Book(scope, viewing, rui, now);
    }

    // By the way a guest takes, one or two a day, so that nothing is there that could not have been booked.
    private static async Task Book(TenantScope scope, Service service, Host host, DateTimeOffset now)
    {
        var free = (await scope.Schedule(host.Id).Slots(service.Id, now, now.AddDays(14), null)).Slots.Select(slot => slot.Start).ToArray();
        for (var i = 0; i < s_guests.Length && i * 7 + 2 < free.Length; i++)
        {
            var (name, address, note) = s_guests[i];
            var form = new BookingForm(service.Id, free[i * 7 + 2], name, EmailAddress.Parse(address), $"+351 914 222 0{10 + i}", note, [i % 2 == 0 ? "Quay House 2" : "Gull's Nest"], i == 3 ? "Asia/Tokyo" : host.ZoneId);
            // One of an earlier start that was cut off stays where it is.
            if (await scope.Schedule(host.Id).Book(IdOf($"appointment {i}"), form) is not (BookOutcome.Booked or BookOutcome.AlreadyBooked or BookOutcome.Different))
                throw new InvalidOperationException("An appointment of the demo business could not be booked.");
        }
    }

    private static Service Service(string name, int minutes, string? price, Place place, ImmutableArray<Question> questions, ImmutableArray<Guid> hosts) => new(
        IdOf(name), name, Active: true, TimeSpan.FromMinutes(minutes), TimeSpan.Zero, TimeSpan.Zero, price, place, questions, TimeSpan.FromHours(4), 30, TimeSpan.FromMinutes(15), null, 1, hosts, TimeSpan.FromHours(12));

    private static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"booking {name}")).AsSpan(0, 16));
}
