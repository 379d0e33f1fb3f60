using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Shared;

/// <summary>Visits to the page that sells are counted where the operator wants it, and nothing else ever is.</summary>
public sealed class AnalyticsTests(CountedDesk desk) : IClassFixture<CountedDesk>
{
    [Fact, Promise("R15", "R29")]
    public async Task The_tag_is_on_the_page_that_sells_and_its_policy_lets_in_nobody_but_its_hosts()
    {
        using var browser = desk.Browser();
        var page = await browser.Get(desk.Site.Home());
        Assert.Equal(CountedDesk.Id, page.Document.QuerySelector("meta[name=analytics]")!.GetAttribute("content"));
        Assert.NotNull(page.Document.QuerySelector("script[type=module][src^='/analytics.js?v=']"));
        Assert.Empty(page.Document.QuerySelectorAll("script:not([src])"));
        Assert.Contains("DNT, Sec-GPC", page.Header("Vary"), StringComparison.Ordinal);
        var policy = page.Header("Content-Security-Policy")!.Split("; ");
        Assert.Contains("script-src 'self' https://www.googletagmanager.com", policy);
        Assert.Contains("connect-src 'self' https://www.googletagmanager.com https://*.google-analytics.com https://*.analytics.google.com", policy);
        Assert.DoesNotContain("unsafe", string.Join(' ', policy), StringComparison.Ordinal);
    }

    [Fact, Promise("R15")]
    public async Task No_other_page_has_it_or_would_let_it_in()
    {
        var owner = await desk.SignUp();
        foreach (var address in (string[])[
            desk.Site.Home("/privacy"), desk.Site.Home("/promises"), desk.Site.Home("/nowhere"), desk.Site.App("/sign-in"), desk.Site.App("/sign-up"), desk.Site.App("/"), desk.Site.App("/settings"), desk.Site.App("/vendors"),
            desk.Site.Desk(owner.Slug), desk.Site.Desk(owner.Slug, "/nowhere")])
        {
            var page = await owner.Browser.Get(address);
            Assert.Null(page.Document.QuerySelector("meta[name=analytics], script[src*=analytics]"));
            Assert.DoesNotContain("google", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }
    }

    [Theory, Promise("R16")]
    [InlineData("DNT")]
    [InlineData("Sec-GPC")]
    public async Task Whoever_asks_not_to_be_tracked_gets_a_page_without_it_that_is_kept_apart(string header)
    {
        using var browser = desk.Browser();
        var request = new HttpRequestMessage(HttpMethod.Get, desk.Site.Home());
        request.Headers.Add(header, "1");
        var page = await browser.Send(request);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("analytics.js", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(CountedDesk.Id, page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("google", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("DNT, Sec-GPC", page.Header("Vary"), StringComparison.Ordinal);
    }

    [Fact, Promise("R29")]
    public async Task The_privacy_page_names_it_and_whoever_is_in_front_with_what_they_see()
    {
        using var browser = desk.Browser();
        var page = await browser.Get(desk.Site.Home("/privacy"));
        var parties = page.Document.GetElementById("third-parties")!.TextContent;
        Assert.All(
            ["Google Analytics, only on the page that presents Backsoon", "www.googletagmanager.com", "no cookie is set", "Edge & Sons, in front of every page", "with the address on the network that it comes from"],
            words => Assert.Contains(words, parties, StringComparison.Ordinal));
        Assert.NotNull(page.Document.GetElementById("analytics"));
        Assert.DoesNotContain("there is no analytics", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody is counted", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ANALYTICS_ID", "UA-1234-1", "measurement id")]
    [InlineData("ANALYTICS_ID", "G-AB12'; script-src *", "measurement id")]
    [InlineData("PROXY_NAME", "Edge\nSons", "one line")]
    public void What_cannot_be_meant_keeps_it_from_starting(string name, string value, string said)
    {
        var problem = Assert.Single(ServerSettings.Read(variable => variable == name ? value : null, () => []).Problems);
        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.Empty(ServerSettings.Read(variable => variable switch { "ANALYTICS_ID" => CountedDesk.Id, "PROXY_NAME" => "Cloudflare", _ => null }, () => []).Problems);
    }
}

/// <summary>An installation that has visits counted, behind somebody.</summary>
public sealed class CountedDesk : FrontDesk
{
    public const string Id = "G-AB12CD34EF";

    protected override void Change(WebApplicationBuilder builder)
    {
        builder.Configuration["ANALYTICS_ID"] = Id;
        builder.Configuration["PROXY_NAME"] = "Edge & Sons";
        builder.Services.AddSingleton(builder.Services.Select(service => service.ImplementationInstance).OfType<ServerSettings>().Last() with { AnalyticsId = Id });
    }
}
