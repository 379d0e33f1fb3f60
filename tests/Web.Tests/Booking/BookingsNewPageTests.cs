using System.Net;
using Backsoon.Shared;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class BookingsNewPageTests(FrontDesk desk)
{
    private const string Zone = "Europe/Lisbon";

    private static readonly Dictionary<string, string?> s_typed = new()
    {
        ["name"] = "Rita Alves", ["email"] = "rita@guest.example", ["phone"] = "+351 912 345 678", ["answer-0"] = "Three", ["note"] = "Rings the bell\ntwice.", ["by-hand"] = "2036-05-05T10:20",
    };

    [Fact]
    public async Task What_is_typed_stays_when_another_day_is_looked_at()
    {
        var practice = await Practice.Open(desk);
        var (today, later) = (LocalTime.Date(desk.Clock.GetUtcNow(), Zone), LocalTime.Date(practice.In(72), Zone));
        var form = await practice.Browser.Get("/bookings/new");

        var looked = await practice.Browser.Submit(form, new Dictionary<string, string?>(s_typed) { ["day"] = AgendaForm.Write(later), [BookingsTimes.Look] = "" }, "#book");
        Assert.Equal(HttpStatusCode.OK, looked.Status);
        AssertTyped(looked);
        Assert.Contains($"Free on {later:dddd d MMMM}", looked.Text);
        var another = looked.Document.QuerySelector($"#book button[name={BookingsTimes.Look}][value='{AgendaForm.Write(later.AddDays(1))}']")!;
        var further = await practice.Browser.Submit(looked, new Dictionary<string, string?> { [BookingsTimes.Look] = another.GetAttribute("value") }, "#book");
        AssertTyped(further);
        Assert.Contains($"Free on {later.AddDays(1):dddd d MMMM}", further.Text);

        var back = await practice.Browser.Submit(further, new Dictionary<string, string?> { ["day"] = AgendaForm.Write(today), [BookingsTimes.Look] = "" }, "#book");
        AssertTyped(back);
        Assert.Empty((await practice.Scope.Bookings().Agenda(practice.In(0), practice.In(900), null)).Appointments);
    }

    [Fact]
    public async Task A_time_is_never_booked_for_another_service_or_day_than_stands_in_the_form()
    {
        var practice = await Practice.Open(desk);
        var other = practice.Service with { Id = Guid.CreateVersion7(desk.Clock.GetUtcNow()), Name = "Survey", Questions = [new Question("Which floor?", Required: false), practice.Service.Questions[0]] };
        await practice.Scope.Booking().PutService(other);
        var day = LocalTime.Date(practice.In(48), Zone);
        var form = await practice.Browser.Get($"/bookings/new?service={practice.Service.Id}&day={AgendaForm.Write(day)}");
        var typed = new Dictionary<string, string?>(s_typed) { ["start"] = form.Document.QuerySelector("[name=start]")!.GetAttribute("value"), ["by-hand"] = "" };

        var otherDay = await practice.Browser.Submit(form, new Dictionary<string, string?>(typed) { ["day"] = AgendaForm.Write(day.AddDays(1)) }, "#book");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, BookingsTimes.Changed), (otherDay.Status, otherDay.Error("start")));
        var otherService = await practice.Browser.Submit(form, new Dictionary<string, string?>(typed) { ["service"] = other.Id.ToString() }, "#book");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, BookingsTimes.Changed), (otherService.Status, otherService.Error("start")));
        Assert.Contains("Survey with Ana Reis", otherService.Text);
        // The question that both ask stays answered.
        Assert.Equal(("", "Three"), (otherService.Document.GetElementById("answer-0")!.GetAttribute("value") ?? "", otherService.Document.GetElementById("answer-1")!.GetAttribute("value")));
        var booked = await practice.Browser.Submit(otherService, new Dictionary<string, string?> { ["start"] = typed["start"] }, "#book");
        Assert.Contains("Booked.", booked.Text);
        Assert.Equal("Survey", Assert.Single((await practice.Scope.Bookings().Agenda(practice.In(0), practice.In(900), null)).Appointments).ServiceName);
    }

    [Fact]
    public async Task A_time_typed_by_hand_stays_when_an_appointment_is_moved_and_another_day_looked_at()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(48));
        var day = LocalTime.Date(practice.In(96), Zone);
        var form = await practice.Browser.Get($"/bookings/{appointment.Id}/move");

        var looked = await practice.Browser.Submit(form, new Dictionary<string, string?> { ["by-hand"] = "2036-05-05T10:20", ["start"] = BookingsTimes.Hand, [BookingsTimes.Look] = AgendaForm.Write(day) }, "#move");

        Assert.Equal(HttpStatusCode.OK, looked.Status);
        Assert.Contains($"Free on {day:dddd d MMMM}", looked.Text);
        Assert.Equal("2036-05-05T10:20", looked.Document.GetElementById("by-hand")!.GetAttribute("value"));
        Assert.Equal(appointment.Start, (await practice.Scope.Appointment(appointment.Id).Look())!.Start);
        var stale = await practice.Browser.Submit(looked, new Dictionary<string, string?> { ["start"] = looked.Document.QuerySelector("[name=start]")!.GetAttribute("value"), ["day"] = AgendaForm.Write(day.AddDays(1)) }, "#move");
        Assert.Equal(BookingsTimes.Changed, stale.Error("start"));
        Assert.Equal(appointment.Start, (await practice.Scope.Appointment(appointment.Id).Look())!.Start);
    }

    private static void AssertTyped(WebPage page)
    {
        foreach (var (name, value) in s_typed)
            Assert.Equal((name, value), (name, page.Document.GetElementById(name) is { LocalName: "textarea" } area ? area.TextContent : page.Document.GetElementById(name)!.GetAttribute("value")));
    }
}
