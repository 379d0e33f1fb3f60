using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>A business that takes bookings for lessons of half an hour with Ana, all day and every day in Lisbon, and what a guest does there.</summary>
public sealed class Parlour(FrontDesk desk, Slug slug, TenantScope scope, Host host, Service service)
{
    // The first time may be too soon by when the form is sent.
    private const int Ahead = 3;

    public FrontDesk Desk => desk;

    public Slug Slug => slug;

    public TenantScope Scope => scope;

    public Host Host => host;

    /// <summary>What its guest types; their address is nobody else's, so that no test uses up another's limits.</summary>
    public Dictionary<string, string?> Typed => new() { ["name"] = "Tom Baker", ["email"] = $"tom@{slug}.example", ["note"] = "I come with a dog." };

    public Service Service { get; private set; } = service;

    public IScheduleGrain Schedule => scope.Schedule(host.Id);

    public static async Task<Parlour> Open(FrontDesk desk, Func<Service, Service>? change = null)
    {
        var owner = await desk.SignUp();
        var scope = desk.Grains.For((await desk.Grains.Slug(owner.Slug).Resolve())!.Value);
        Assert.Equal(BookingChange.Saved, await scope.Booking().Change(BookingSettings.Default with { IsOn = true }));
        var host = Assert.Single((await scope.Booking().Look())!.Hosts) with { Name = "Ana Reis", Hours = Always };
        Assert.Equal(BookingChange.Saved, await scope.Booking().PutHost(host));
        var parlour = new Parlour(desk, owner.Slug, scope, host, new Service(
            NewId(desk), "Lesson", true, TimeSpan.FromMinutes(30), TimeSpan.Zero, TimeSpan.Zero, "€ 40", new Place(PlaceKind.Address, "14 Elm Street"), [], TimeSpan.FromHours(1), 60, TimeSpan.FromMinutes(30), null, 1, [host.Id],
            TimeSpan.FromHours(24)));
        await parlour.Change(change ?? (service => service));
        return parlour;
    }

    public static OpeningHours Always { get; } = new([.. Enum.GetValues<DayOfWeek>().Select(day => new OpeningPeriod(day, new(0, OpeningSpan.Day)))], []);

    public async Task Change(Func<Service, Service> change)
    {
        Service = change(Service);
        Assert.Equal(BookingChange.Saved, await scope.Booking().PutService(Service));
    }

    public async Task<Service> Add(Func<Service, Service> change)
    {
        var added = change(Service with { Id = NewId(desk) });
        Assert.Equal(BookingChange.Saved, await scope.Booking().PutService(added));
        return added;
    }

    public async Task<Host> AddHost(string name)
    {
        var added = host with { Id = NewId(desk), Name = name, Email = EmailAddress.Parse($"{name.ToLowerInvariant()}@{slug}.example") };
        Assert.Equal(BookingChange.Saved, await scope.Booking().PutHost(added));
        return added;
    }

    /// <summary>Whom and when a button of a time means.</summary>
    public (Guid Host, DateTimeOffset Start)? Chosen(string value) => KeptSlot.Chosen(value, Service.Hosts);

    public string Address(string path = "/book") => desk.Site.Desk(slug, path);

    /// <summary>What the button of the n-th time sends.</summary>
    public static string Slot(WebPage times, int index = Ahead) => times.Document.QuerySelectorAll("button[name=slot]")[index].GetAttribute("value")!;

    /// <summary>Chooses the n-th time of the page and comes to the form, which is then looked at for long enough.</summary>
    public async Task<WebPage> Choose(Browser guest, WebPage times, int index = Ahead, string form = "main form[method=post]")
    {
        var details = await guest.Submit(times, new Dictionary<string, string?> { ["slot"] = Slot(times, index) }, form);
        desk.Clock.Advance(TimeSpan.FromSeconds(5));
        return details;
    }

    public async Task<WebPage> Details(Browser guest, int index = Ahead, string path = "/book") => await Choose(guest, await guest.Get(Address(path)), index);

    /// <summary>Books the n-th time and comes to the appointment's page.</summary>
    public async Task<WebPage> Book(Browser guest, int index = 60)
    {
        var page = await guest.Submit(await Details(guest, index), Typed);
        Assert.StartsWith("/a/", page.Address.AbsolutePath);
        return page;
    }

    /// <summary>Somebody else books it.</summary>
    public async Task Take(DateTimeOffset start) => Assert.IsType<BookOutcome.Booked>(
        await Schedule.Book(NewId(desk), new BookingForm(Service.Id, start, "Quick Quinn", EmailAddress.Parse("quinn@guest.example"), null, null, [], "Europe/Lisbon")));

    public async Task<IReadOnlyList<Appointment>> Stored() => (await scope.Bookings().List(new AppointmentQuery("", null, null, null, Upcoming: true, null, 200))).Items;

    public async Task<Appointment> Only() => Assert.Single(await Stored());

    public async Task<string> Sign(string purpose, TimeSpan life, params string[] parts) =>
        (await desk.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read()).Tokens.Sign(purpose, desk.Clock.GetUtcNow() + life, parts);

    private static Guid NewId(FrontDesk desk) => Guid.CreateVersion7(desk.Clock.GetUtcNow());
}
