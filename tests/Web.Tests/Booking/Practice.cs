using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>An owner's business with bookings switched on: one host around the clock, one service of half an hour.</summary>
public sealed class Practice(Business business, Host host, Service service)
{
    public Business Business => business;

    public Browser Browser => business.Browser;

    public TenantScope Scope => business.Scope;

    public Host Host => host;

    public Service Service => service;

    public FrontDesk Desk => business.Owner.Desk;

    public static async Task<Practice> Open(FrontDesk desk, Func<Service, Service>? change = null) => await In(await Business.Open(desk), change);

    public static async Task<Practice> In(Business business, Func<Service, Service>? change = null)
    {
        var booking = business.Scope.Booking();
        var always = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, new(0, OpeningSpan.Day)))], []);
        var host = new Host(NewId(business), "Ana Reis", EmailAddress.Parse("ana@practice.example"), Active: true, always, "Europe/Lisbon");
        var service = new Service(
            NewId(business), "Viewing", Active: true, TimeSpan.FromMinutes(30), TimeSpan.Zero, TimeSpan.Zero, "free", new Place(PlaceKind.Address, "1 Quay Street"), [new Question("How many come?", Required: false)], TimeSpan.Zero, 60,
            TimeSpan.FromMinutes(30), null, 1, [host.Id], TimeSpan.FromHours(1));
        Assert.Equal(BookingChange.Saved, await booking.PutHost(host));
        service = change?.Invoke(service) ?? service;
        Assert.Equal(BookingChange.Saved, await booking.PutService(service));
        Assert.Equal(BookingChange.Saved, await booking.Change(BookingSettings.Default with { IsOn = true }));
        return new Practice(business, host, service);
    }

    /// <summary>So many hours from the next full one: ahead, whatever other tests did to the clock.</summary>
    public DateTimeOffset In(double hours)
    {
        var now = Desk.Clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour)).AddHours(1 + hours);
    }

    public async Task<Appointment> Book(DateTimeOffset start, string name = "Tom Baker", string? email = "tom@guest.example", string note = "I come with a dog.")
    {
        var form = new BookingForm(service.Id, start, name, email is null ? null : EmailAddress.Parse(email), "+351 910 000 001", note, ["Two"], "Europe/Madrid");
        return Assert.IsType<BookOutcome.Booked>(await Scope.Schedule(host.Id).Book(NewId(business), form)).Appointment;
    }

    private static Guid NewId(Business business) => Guid.CreateVersion7(business.Owner.Desk.Clock.GetUtcNow());
}
