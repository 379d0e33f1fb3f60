using System.Net;

namespace Backsoon.Mail;

[Collection(Desks.Name)]
public sealed class DevelopmentMailPageTests(FrontDesk desk)
{
    [Fact]
    public async Task A_mail_is_read_on_the_machine_it_was_not_sent_from()
    {
        var owner = await desk.SignUp();
        using var browser = desk.BrowserAtTheMachine();

        var list = await browser.Get(desk.Site.Home("/dev/mail"));
        var row = list.Document.QuerySelectorAll("tbody tr").First(row => row.TextContent.Contains(owner.Email, StringComparison.Ordinal));
        var mail = await browser.Get(desk.Site.Home(row.QuerySelector("a")!.GetAttribute("href")!));

        var link = mail.Document.QuerySelector("#text a[href*='/link/']")!;
        Assert.StartsWith(desk.Site.App("/link/"), link.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("frame-src 'self'", mail.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("allow-scripts", mail.Document.QuerySelector("iframe")!.GetAttribute("sandbox"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_html_of_a_mail_may_show_itself_and_do_nothing()
    {
        await desk.SignUp();
        using var browser = desk.BrowserAtTheMachine();
        var list = await browser.Get(desk.Site.Home("/dev/mail"));
        var mail = await browser.Get(desk.Site.Home(list.Document.QuerySelector("tbody a")!.GetAttribute("href")!));

        var html = await browser.Get(desk.Site.Home(mail.Document.QuerySelector("iframe")!.GetAttribute("src")!));

        var policy = html.Header("Content-Security-Policy")!;
        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'self'; sandbox ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-scripts", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-same-origin", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_of_mail_can_be_looked_at()
    {
        using var browser = desk.BrowserAtTheMachine();

        var kinds = (await browser.Get(desk.Site.Home("/dev/mail/previews"))).Document.QuerySelectorAll("main .menu a").Select(link => link.GetAttribute("href")!).ToArray();

        Assert.NotEmpty(kinds);
        foreach (var kind in kinds)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.Get(desk.Site.Home(kind))).Status);
            Assert.Contains("<body", (await browser.Get(desk.Site.Home($"{kind}/html"))).Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_calendar_file_is_shown_and_can_be_saved()
    {
        using var browser = desk.BrowserAtTheMachine();
        var mail = await browser.Get(desk.Site.Home("/dev/mail/previews/booking-confirmed"));

        Assert.Contains("BEGIN:VCALENDAR", mail.Document.QuerySelector("#calendar")!.TextContent, StringComparison.Ordinal);
        var file = await browser.Get(desk.Site.Home(mail.Document.QuerySelector("a[download='invite.ics']")!.GetAttribute("href")!));

        Assert.Equal("text/calendar; charset=utf-8; method=REQUEST", file.Header("Content-Type"));
        Assert.Contains("invite.ics", file.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.StartsWith("BEGIN:VCALENDAR\r\n", file.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(desk.Site.Home("/dev/mail/previews/magic-link/calendar"))).Status);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    [InlineData("Via")]
    public async Task A_visitor_that_came_through_a_proxy_sees_nothing(string header)
    {
        using var browser = desk.BrowserAtTheMachine();
        var request = new HttpRequestMessage(HttpMethod.Get, desk.Site.Home("/dev/mail"));
        request.Headers.TryAddWithoutValidation(header, header == "Via" ? "1.1 proxy" : "127.0.0.1");

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Send(request)).Status);
    }

    [Fact]
    public async Task A_visitor_from_elsewhere_sees_nothing_and_neither_does_another_host()
    {
        using var far = desk.Browser();
        using var near = desk.BrowserAtTheMachine();

        Assert.Equal(HttpStatusCode.NotFound, (await far.Get(desk.Site.Home("/dev/mail"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await near.Get("/dev/mail")).Status);
    }
}
