using System.Net;

namespace Backsoon.Accounts;

[Collection(Desks.Name)]
public sealed class CookieTests(FrontDesk desk)
{
    [Fact, Trait("Abuse", "8"), Trait("Promise", "P17")]
    public async Task No_cookie_is_set_but_the_three_that_sign_in()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var seen = new List<string>((await browser.Get("/sign-in")).Cookies);
        var mail = await owner.AskToSignIn(browser);
        seen.AddRange((await browser.Submit(await browser.Get(Owner.LinkIn(mail)), follow: false)).Cookies);

        Assert.Subset(new HashSet<string> { "browser", "asked", "session" }, seen.Select(cookie => cookie.Split('=')[0]).ToHashSet());
        Assert.Contains(seen, cookie => cookie.StartsWith("session=", StringComparison.Ordinal));
        Assert.All(seen, cookie => Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(seen, cookie => Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(seen, cookie => Assert.DoesNotContain("; domain", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact, Trait("Promise", "P17")]
    public async Task The_site_sets_no_cookie()
    {
        using var browser = desk.Browser();

        Assert.Empty((await browser.Get(desk.Site.Home())).Cookies);
        Assert.Empty((await browser.Get(desk.Site.Home("/nothing-here"))).Cookies);
    }
}

public sealed class SecureCookieTests(SecureFrontDesk desk) : IClassFixture<SecureFrontDesk>
{
    [Fact, Trait("Abuse", "8"), Trait("Promise", "P17")]
    public async Task Over_https_every_cookie_belongs_to_this_host_alone()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var seen = new List<string>((await browser.Get("/sign-in")).Cookies);
        seen.AddRange((await browser.Submit(await browser.Get("/sign-in"), new Dictionary<string, string?> { ["email"] = owner.Email }, follow: false)).Cookies);
        seen.AddRange((await browser.Submit(await browser.Get(Owner.LinkIn(await owner.AskToSignIn(browser))), follow: false)).Cookies);

        Assert.Equal(["__Host-asked", "__Host-browser", "__Host-session"], seen.Select(cookie => cookie.Split('=')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(seen, cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(seen, cookie => Assert.Contains("; path=/;", cookie + ";", StringComparison.OrdinalIgnoreCase));
        Assert.All(seen, cookie => Assert.DoesNotContain("; domain", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(seen, cookie => Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact, Trait("Abuse", "8")]
    public async Task A_cookie_that_a_subdomain_could_have_planted_is_not_looked_at()
    {
        var owner = await desk.SignUp();
        var session = owner.Browser.Cookie("__Host-session")!;
        using var tossed = desk.Browser();
        tossed.SetCookie("session", session);

        Assert.Equal("/sign-in", (await tossed.Get("/settings")).Address.AbsolutePath);
        Assert.Equal("/settings", (await owner.Browser.Get("/settings")).Address.AbsolutePath);
    }

    [Fact, Trait("Promise", "R45")]
    public async Task A_browser_is_told_to_stay_with_https()
    {
        using var browser = desk.Browser();

        Assert.Equal("max-age=31536000; includeSubDomains", (await browser.Get("/sign-in")).Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task In_production_nobody_reads_the_development_mailbox()
    {
        using var browser = desk.BrowserAtTheMachine();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(desk.Site.Home("/dev/mail"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(desk.Site.Home("/dev/mail/previews"))).Status);
        Assert.DoesNotContain("/dev/mail", (await browser.Get(desk.Site.Home())).Body, StringComparison.Ordinal);
    }
}
