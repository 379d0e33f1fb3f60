using System.Globalization;
using System.Net;
using AngleSharp.Html.Dom;

namespace Backsoon.Promises;

[Collection(Desks.Name)]
public sealed class PrivacyPageTests(FrontDesk desk)
{
    [Fact, Promise("R24", "R50", "R51", "P23")]
    public async Task What_comes_from_google_is_promised_limited_use()
    {
        using var browser = desk.Browser();
        var home = await browser.Get(desk.Site.Home());
        var page = await browser.Get(home.Document.QuerySelector("footer a[href$='/privacy']")!.GetAttribute("href")!);

        var statement = page.Document.GetElementById("limited-use")!.TextContent;
        Assert.All(["Google API Services User Data Policy", "Limited Use", "not sold", "not used for advertising", "train", "read by no person unless"], words => Assert.Contains(words, statement, StringComparison.Ordinal));
        Assert.Contains("six days", page.Document.GetElementById("google")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("In short:", page.Document.QuerySelector("main .lead")!.TextContent, StringComparison.Ordinal);
    }

    [Fact, Promise("R13", "R34", "R38", "R39", "R41", "R48", "R50", "C28", "W28")]
    public async Task Every_period_is_the_policys_and_the_date_is_when_it_came_into_force()
    {
        var standing = await desk.Grains.GetGrain<IPolicyGrain>(IPolicyGrain.Key).Read();
        using var browser = desk.Browser();
        var page = await browser.Get(desk.Site.Home("/privacy"));

        var periods = page.Document.GetElementById("periods")!;
        Assert.Equal(
            PolicyTerms.Of(standing.InForce).Select(term => (term.What, term.Said)),
            periods.QuerySelectorAll("tbody tr").Select(row => Assert.IsAssignableFrom<IHtmlTableRowElement>(row).Cells).Select(cells => (cells[0].TextContent, Assert.Single(cells.Skip(1)).TextContent)));
        Assert.Contains("not for anybody under 16", page.Text, StringComparison.Ordinal);
        var updated = DateTimeOffset.Parse(page.Document.QuerySelector("main time")!.GetAttribute("datetime")!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.True(updated >= new DateTimeOffset(standing.Since.UtcDateTime.Date, TimeSpan.Zero));
    }

    [Fact, Promise("R29")]
    public async Task Where_nothing_goes_out_nobody_else_is_named()
    {
        using var browser = desk.Browser();
        var parties = (await browser.Get(desk.Site.Home("/privacy"))).Document.GetElementById("third-parties")!.TextContent;
        Assert.Contains("sends nothing to anybody else", parties, StringComparison.Ordinal);
        Assert.DoesNotContain("Resend", parties, StringComparison.Ordinal);
    }

    [Fact, Promise("R48", "W28")]
    public async Task Whoever_signs_up_is_told_how_old_one_has_to_be()
    {
        using var browser = desk.Browser();
        Assert.Contains("at least 16 years old", (await browser.Get("/sign-up")).Text, StringComparison.Ordinal);
    }

    [Fact, Promise("R47")]
    public async Task Whoever_found_a_hole_is_told_where_to_write_until_some_time_ahead()
    {
        using var browser = desk.Browser();
        var page = await browser.Get(desk.Site.Home("/.well-known/security.txt"));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.StartsWith("text/plain", page.Header("Content-Type"), StringComparison.Ordinal);
        var fields = page.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).ToDictionary(field => field[0], field => field[1]);
        Assert.Equal("mailto:security@localhost", fields["Contact"]);
        Assert.Equal(desk.Site.Home("/.well-known/security.txt"), fields["Canonical"]);
        var expires = DateTimeOffset.Parse(fields["Expires"], CultureInfo.InvariantCulture);
        Assert.InRange(expires - desk.Clock.GetUtcNow(), TimeSpan.FromDays(170), TimeSpan.FromDays(365));
    }
}
