namespace Backsoon.Booking;

/// <summary>An installation that had access to Google when a calendar was connected, and has none any more.</summary>
public sealed class LostCalendarPageTests(CalendarDesk desk) : IClassFixture<CalendarDesk>
{
    [Fact, Promise("R20", "R23")]
    public async Task The_owner_is_told_why_no_times_are_offered_and_can_disconnect()
    {
        var practice = await desk.Open();
        await desk.Connect(practice);
        var book = desk.Site.Desk(practice.Business.Owner.Slug, "/book");
        Assert.NotEmpty((await desk.Browser().Get(book)).Document.QuerySelectorAll("button[name=slot]"));

        await desk.RestartWithoutGoogle();

        var times = await desk.Browser().Get(book);
        Assert.Empty(times.Document.QuerySelectorAll("button[name=slot]"));
        Assert.Contains("does not answer at the moment, so no time can be promised", times.Text);
        Assert.Contains("no access to Google any more", (await practice.Browser.Get("/bookings")).Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        var page = await practice.Browser.Get($"/bookings/calendars/{practice.Host.Id}");
        Assert.Contains("GOOGLE_CLIENT_ID", page.Document.GetElementById("unasked")!.TextContent, StringComparison.Ordinal);
        await practice.Browser.Submit(page, form: "form[action$=disconnect]");
        Assert.NotEmpty((await desk.Browser().Get(book)).Document.QuerySelectorAll("button[name=slot]"));
        Assert.Null((await practice.Browser.Get("/bookings")).Document.QuerySelector("[role=alert]"));
    }
}
