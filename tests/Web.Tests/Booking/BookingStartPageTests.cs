using System.Net;
using Backsoon.Dispatch;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class BookingStartPageTests(FrontDesk desk)
{
    [Fact, Promise("R17")]
    public async Task Booking_is_off_until_one_form_switches_it_on()
    {
        var business = await Business.Open(desk);
        Assert.False((await business.Scope.Booking().Look())!.Settings.IsOn);
        var start = await business.Browser.Get("/bookings");
        Assert.Equal(("Ana Silva", business.Owner.Email, "Europe/Lisbon", "9–17"), (Value(start, "host"), Value(start, "email"), start.Document.QuerySelector("#zone option[selected]")!.GetAttribute("value"), Value(start, "hours")));

        var settings = await business.Browser.Submit(start, new Dictionary<string, string?> { ["service"] = "Viewing", ["length"] = "45", ["hours"] = "9am-5pm" });

        Assert.Equal("Bookings are on", settings.Heading);
        Assert.Equal(desk.Site.Desk(business.Owner.Slug, "/book"), settings.Document.QuerySelector(".copy input")!.GetAttribute("value"));
        var view = (await business.Scope.Booking().Look())!;
        var (host, service) = (Assert.Single(view.Hosts), Assert.Single(view.Services));
        Assert.True(view.Settings.IsOn);
        Assert.Equal(("Viewing", TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(45)), (service.Name, service.Length, service.Step));
        Assert.Equal("Mon–Fri 09:00–17:00", HostHoursEndpoints.Say(host));
        var free = await business.Scope.Booking().Slots(service.Id, null, desk.Clock.GetUtcNow(), desk.Clock.GetUtcNow().AddDays(7), null);
        Assert.NotEmpty(free.Slots);
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_nothing_is_switched_on()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Submit(await business.Browser.Get("/bookings"), new Dictionary<string, string?> { ["service"] = "", ["length"] = "half", ["email"] = "ana", ["hours"] = "nine to five", ["zone"] = "Mars/Olympus" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.All(new[] { "service", "length", "email", "hours", "zone" }, field => Assert.NotNull(page.Error(field)));
        Assert.Equal(("half", "ana", "nine to five"), (Value(page, "length"), Value(page, "email"), Value(page, "hours")));
        Assert.Equal((false, 0, 0), (await business.Scope.Booking().Look()) is { } view ? (view.Settings.IsOn, view.Hosts.Length, view.Services.Length) : default);
    }

    [Fact]
    public async Task A_double_click_makes_one_of_each()
    {
        var business = await Business.Open(desk);
        var start = await business.Browser.Get("/bookings");
        var typed = new Dictionary<string, string?> { ["service"] = "Viewing" };

        await Task.WhenAll(business.Browser.Submit(start, typed), business.Browser.Submit(start, typed));

        var view = (await business.Scope.Booking().Look())!;
        Assert.Single(view.Hosts);
        Assert.Single(view.Services);
    }

    [Fact]
    public async Task Switching_off_keeps_everything_and_is_undone_by_one_button()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(24));

        var off = await practice.Browser.Submit(await practice.Browser.Get("/bookings/settings"), form: "form[action='/bookings/off']");

        Assert.Equal("Bookings are off", off.Heading);
        Assert.Empty((await practice.Scope.Booking().Slots(practice.Service.Id, null, desk.Clock.GetUtcNow(), desk.Clock.GetUtcNow().AddDays(7), null)).Slots);
        Assert.Equal(AppointmentStatus.Booked, (await practice.Scope.Appointment(appointment.Id).Look())!.Status);
        Assert.Contains("switched off", (await practice.Browser.Get("/bookings/services")).Text);
        var on = await practice.Browser.Submit(off, form: ".flash form");
        Assert.Equal("Bookings are on", on.Heading);
        Assert.Single((await practice.Scope.Booking().Look())!.Services);
    }

    [Fact]
    public async Task Reminders_and_the_first_words_are_the_owners()
    {
        var practice = await Practice.Open(desk);
        var page = await practice.Browser.Get("/bookings/settings");
        Assert.Equal(("24", "2", ""), (Value(page, "reminder-0"), Value(page, "reminder-1"), Value(page, "reminder-2")));

        var wrong = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["intro"] = "Bring <b>papers</b>.", ["reminder-0"] = "90", ["reminder-0-unit"] = "days" }, "#settings");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "90"), (wrong.Status, Value(wrong, "reminder-0")));
        Assert.NotNull(wrong.Error("reminder-0"));
        var saved = await practice.Browser.Submit(wrong, new Dictionary<string, string?> { ["reminder-0"] = "3", ["reminder-1"] = "" }, "#settings");

        Assert.Contains("Saved.", saved.Text);
        Assert.Equal("Bring <b>papers</b>.", saved.Document.GetElementById("intro")!.TextContent);
        var settings = (await practice.Scope.Booking().Look())!.Settings;
        Assert.Equal((true, "Bring <b>papers</b>."), (settings.IsOn, settings.Intro));
        Assert.Equal([TimeSpan.FromDays(3)], settings.Reminders.AsEnumerable());
    }

    private static string? Value(WebPage page, string id) => page.Document.GetElementById(id)!.GetAttribute("value");
}
