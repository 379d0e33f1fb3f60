using System.Net;

namespace Backsoon.Tenants;

[Collection(Desks.Name)]
public sealed class HomePageTests(FrontDesk desk)
{
    [Fact]
    public async Task A_name_typed_on_the_home_page_leads_to_the_sign_up_form()
    {
        using var browser = desk.Browser();
        var form = (await browser.Get(desk.Site.Home())).Document.QuerySelector("#claim")!;
        Assert.Equal("get", form.GetAttribute("method"));

        var page = await browser.Get($"{form.GetAttribute("action")}?slug=lane-and-daughters");

        Assert.Equal("lane-and-daughters", page.Document.GetElementById("slug")!.GetAttribute("value"));
    }

    [Fact, Trait("Promise", "P23")]
    public async Task Whom_to_write_about_privacy_is_said()
    {
        using var browser = desk.Browser();

        Assert.Equal("mailto:privacy@localhost", (await browser.Get(desk.Site.Home())).Document.QuerySelector("footer a[href^=mailto]")!.GetAttribute("href"));
    }

    [Fact]
    public async Task The_mailbox_is_offered_to_whoever_sits_at_the_machine_only()
    {
        using var near = desk.BrowserAtTheMachine();
        using var far = desk.Browser();

        Assert.NotNull((await near.Get(desk.Site.Home())).Document.QuerySelector("a[href='/dev/mail']"));
        Assert.Null((await far.Get(desk.Site.Home())).Document.QuerySelector("a[href='/dev/mail']"));
    }

    [Fact]
    public async Task Robots_may_read_the_site_and_not_the_dashboard()
    {
        using var browser = desk.Browser();

        Assert.Contains("Disallow: /dev/", (await browser.Get(desk.Site.Home("/robots.txt"))).Body, StringComparison.Ordinal);
        Assert.Equal("User-agent: *\nDisallow: /\n", (await browser.Get("/robots.txt")).Body);
        Assert.Null((await browser.Get(desk.Site.Home())).Document.QuerySelector("meta[name=robots]"));
        Assert.NotNull((await browser.Get("/sign-in")).Document.QuerySelector("meta[name=robots][content=noindex]"));
    }

    [Fact]
    public async Task Style_sheet_and_icon_are_there_and_kept_for_ever()
    {
        using var browser = desk.Browser();
        var page = (await browser.Get(desk.Site.Home())).Document;

        foreach (var href in page.QuerySelectorAll("link[href]").Select(link => link.GetAttribute("href")!))
        {
            var file = await browser.Get(desk.Site.Home(href));
            Assert.Equal(HttpStatusCode.OK, file.Status);
            Assert.Equal("public, max-age=31536000, immutable", file.Header("Cache-Control"));
        }
    }
}
