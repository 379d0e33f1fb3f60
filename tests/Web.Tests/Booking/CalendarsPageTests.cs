using System.Net;

namespace Backsoon.Booking;

public sealed class CalendarsPageTests(CalendarDesk desk) : IClassFixture<CalendarDesk>
{
    [Fact, Promise("R18", "R22")]
    public async Task A_host_connects_a_calendar_by_a_button_and_sees_whose_it_is()
    {
        var practice = await desk.Open();
        Assert.Contains("Not connected", (await practice.Browser.Get("/bookings/calendars")).Text);

        var back = await desk.AskGoogle(practice);
        Assert.Contains("nothing is connected", back.Text);
        Assert.Null((await practice.Scope.Calendar(practice.Host.Id).Look()).Email);
        var page = await practice.Browser.Submit(back, form: "#finish");

        Assert.Equal($"/bookings/calendars/{practice.Host.Id}", page.Address.AbsolutePath);
        Assert.Contains(desk.Google.Email, page.Document.GetElementById("standing")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(desk.Google.Email, (await practice.Browser.Get("/bookings/calendars")).Text);
        Assert.Empty(desk.Google.Violations);
        // Pressed again, it is spent.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await practice.Browser.Submit(back, form: "#finish")).Status);
        Assert.NotNull((await practice.Scope.Calendar(practice.Host.Id).Look()).Email);
    }

    [Fact]
    public async Task A_host_who_is_archived_keeps_the_connection_and_the_owner_is_asked_to_end_it()
    {
        var practice = await desk.Open();
        await desk.Connect(practice);

        var hosts = await practice.Browser.Submit(await practice.Browser.Get($"/bookings/hosts/{practice.Host.Id}"), form: "#switch");

        var link = hosts.Document.QuerySelector("#still-connected a")!.GetAttribute("href")!;
        Assert.Contains("Still connected", (await practice.Browser.Get("/bookings/calendars")).Text);
        var page = await practice.Browser.Get(link);
        Assert.NotNull(page.Document.GetElementById("archived"));
        var over = await practice.Browser.Submit(page, form: "form[action$='/disconnect']");
        Assert.Contains("Disconnected", over.Text);
        Assert.False(desk.Google.IsGranted);
        Assert.Null((await practice.Browser.Get("/bookings/hosts?said=off")).Document.GetElementById("still-connected"));
    }

    [Fact]
    public async Task Whoever_says_no_or_not_all_is_told_what_that_means()
    {
        var practice = await desk.Open();
        desk.Google.Denies = true;
        var denied = await desk.AskGoogle(practice);
        Assert.Contains("you did not agree", denied.Text);
        Assert.Null(denied.Document.GetElementById("finish"));

        desk.Google.Denies = false;
        desk.Google.Granted = string.Join(' ', GoogleStandIn.Scopes.Split(' ').Where(scope => !scope.EndsWith("events.owned", StringComparison.Ordinal)));
        var half = await desk.Connect(practice);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "The calendar is not connected"), (half.Status, half.Heading));
        Assert.Contains("writing events was left unticked", half.Text);
        Assert.StartsWith(desk.Google.Url, half.Document.QuerySelector("main a.button")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.False(desk.Google.IsGranted);
    }

    [Fact]
    public async Task An_answer_is_for_the_browser_that_asked_and_for_nobody_elses_host()
    {
        var (practice, other) = (await desk.Open(), await Practice.Open(desk));
        var back = await desk.AskGoogle(practice);

        // Somebody else, with their own session, opens the address that Google sent the first back to.
        Assert.Equal("/bookings/calendars", (await other.Browser.Get(back.Address.ToString())).Address.AbsolutePath);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Browser.Get($"/bookings/calendars/{practice.Host.Id}")).Status);
        var again = desk.Browser();
        await practice.Business.Owner.SignIn(again);
        var elsewhere = await again.Submit(await again.Get(back.Address.ToString()), form: "#finish");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, elsewhere.Status);
        Assert.Contains("asked for in another browser", elsewhere.Text);
        Assert.Null((await practice.Scope.Calendar(practice.Host.Id).Look()).Email);
        foreach (var path in new[] { "", "/disconnect", "/write-again" })
            Assert.Equal(HttpStatusCode.NotFound, (await other.Browser.Submit(await other.Browser.Get("/bookings/settings"), form: "#settings") is var own
                ? await other.Browser.Post($"/bookings/calendars/{practice.Host.Id}{path}", [new("_token", own.Document.QuerySelector("[name=_token]")!.GetAttribute("value")!), new("writes", "x")]) : null!).Status);
    }

    [Fact]
    public async Task The_owner_picks_what_hides_times_and_where_appointments_go()
    {
        var practice = await desk.Open();
        desk.Google.Others.AddRange([("work", "owner"), ("holidays <b>", "reader")]);
        var page = await desk.Connect(practice);
        Assert.Equal([desk.Google.Email, "work", "holidays <b>"], page.Document.QuerySelectorAll("[name=reads]").Select(box => box.GetAttribute("value")));
        Assert.Equal([desk.Google.Email, "work"], page.Document.QuerySelectorAll("[name=writes]").Select(box => box.GetAttribute("value")));

        var none = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["writes"] = null, ["reads"] = "work" }, "#choose");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.Status);
        Assert.NotNull(none.Error("writes"));
        Assert.True(none.Document.QuerySelector("[name=reads][value=work]")!.HasAttribute("checked"));
        page = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["writes"] = "work", ["reads"] = "work" }, "#choose");

        Assert.Contains("Saved.", page.Text);
        Assert.Equal(["work"], page.Document.QuerySelectorAll("[name=reads][checked]").Select(box => box.GetAttribute("value")));
        Assert.Equal(["work"], page.Document.QuerySelectorAll("[name=writes][checked]").Select(box => box.GetAttribute("value")));
    }

    [Fact, Promise("R20")]
    public async Task The_age_of_what_is_known_is_said_and_what_went_wrong_last()
    {
        var practice = await desk.Open();
        await desk.Connect(practice);
        Assert.Contains("when somebody looks for a time", Facts(await Page(practice)));

        await practice.Scope.Schedule(practice.Host.Id).Slots(practice.Service.Id, practice.In(24), practice.In(48), null);
        Assert.Contains("under a minute ago", Facts(await Page(practice)));
        desk.Clock.Advance(TimeSpan.FromMinutes(2));
        desk.Google.IsAway = true;
        await practice.Scope.Schedule(practice.Host.Id).Slots(practice.Service.Id, practice.In(24), practice.In(48), null);

        var page = await Page(practice);
        Assert.Contains("2 minutes ago", Facts(page));
        Assert.Contains("Google cannot be reached.", Facts(page));
        Assert.Contains("the calendars cannot be listed", page.Text);
        desk.Google.IsAway = false;
    }

    [Fact]
    public async Task A_connection_that_google_ends_is_said_on_every_page_and_mended_in_two_clicks()
    {
        var practice = await desk.Open();
        await desk.Connect(practice);
        desk.Google.Revoke();
        desk.Google.ExpireTokens();

        await practice.Scope.Schedule(practice.Host.Id).Slots(practice.Service.Id, practice.In(24), practice.In(48), null);
        var mail = await desk.MailTo(practice.Business.Owner.Email, saying: "calendar of");
        Assert.Contains("/bookings/calendars", mail.Text, StringComparison.Ordinal);
        var board = await practice.Browser.Get("/");
        var link = board.Document.QuerySelector(".note.failed a")!;
        Assert.Contains("Google has ended the connection to the calendar of Ana Reis", board.Text);
        Assert.Contains("Ended by Google", (await practice.Browser.Get(link.GetAttribute("href")!)).Text);

        await desk.Connect(practice);
        Assert.Null((await practice.Browser.Get("/")).Document.QuerySelector(".note.failed"));
    }

    [Fact, Promise("R23")]
    public async Task Disconnecting_is_one_button_and_says_so_when_google_is_away()
    {
        var practice = await desk.Open();
        var page = await practice.Browser.Submit(await desk.Connect(practice), form: "form[action$='/disconnect']");
        Assert.Contains("Disconnected: deleted here and revoked at Google.", page.Text);
        Assert.False(desk.Google.IsGranted);

        page = await desk.Connect(practice);
        desk.Google.IsAway = true;
        page = await practice.Browser.Submit(page, form: "form[action$='/disconnect']");
        desk.Google.IsAway = false;

        Assert.Contains("Google could not be reached yet", page.Text);
        Assert.NotNull(page.Document.GetElementById("revoking"));
        Assert.Contains("Being revoked", (await practice.Browser.Get("/bookings/calendars")).Text);
        Assert.Null((await practice.Scope.Calendar(practice.Host.Id).Look()).Email);
    }

    private static Task<WebPage> Page(Practice practice) => practice.Browser.Get($"/bookings/calendars/{practice.Host.Id}");

    private static string Facts(WebPage page) => page.Document.GetElementById("standing")!.TextContent;
}
