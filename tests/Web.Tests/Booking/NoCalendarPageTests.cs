using System.Net;

namespace Backsoon.Booking;

/// <summary>An installation that has no access to Google.</summary>
[Collection(Desks.Name)]
public sealed class NoCalendarPageTests(FrontDesk desk)
{
    [Fact, Promise("R18")]
    public async Task Without_google_the_pages_say_so_and_bookings_go_on()
    {
        var practice = await Practice.Open(desk);

        var list = await practice.Browser.Get("/bookings/calendars");
        var page = await practice.Browser.Get($"/bookings/calendars/{practice.Host.Id}");

        Assert.All(new[] { list, page }, one => Assert.Contains("Google Calendar is not set up on this installation", one.Document.GetElementById("not-offered")!.TextContent, StringComparison.Ordinal));
        Assert.Null(page.Document.GetElementById("connect"));
        Assert.Equal(HttpStatusCode.OK, (await practice.Browser.Submit(await practice.Browser.Get("/bookings/settings"), form: "#settings")).Status);
        await practice.Book(practice.In(24));
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_google_for_leads_nowhere()
    {
        var practice = await Practice.Open(desk);
        Assert.Equal("/bookings/calendars", (await practice.Browser.Get("/bookings/calendars/google")).Address.AbsolutePath);
        Assert.Equal("/bookings/calendars", (await practice.Browser.Get("/bookings/calendars/google?state=x.y&code=z")).Address.AbsolutePath);
        var forged = await practice.Browser.Submit(await practice.Browser.Get($"/bookings/calendars/google?state={practice.Host.Id:n}.AAAA&code=z"), form: "#finish");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, forged.Status);
    }
}
