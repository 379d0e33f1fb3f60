using System.Net;

namespace Backsoon.Accounts;

[Collection(Desks.Name)]
public sealed class MagicLinkPageTests(FrontDesk desk)
{
    [Fact, Trait("Promise", "R38"), Trait("Abuse", "1")]
    public async Task A_mail_scanner_that_opens_the_link_five_times_spends_nothing()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var link = Owner.LinkIn(await owner.AskToSignIn(browser));
        using var scanner = desk.Browser();

        for (var time = 0; time < 5; time++)
        {
            Assert.Equal(HttpStatusCode.OK, (await scanner.Get(link)).Status);
            Assert.Equal(HttpStatusCode.OK, (await scanner.Head(link)).Status);
        }

        Assert.Null(scanner.Cookie("session"));
        await browser.Submit(await browser.Get(link), follow: false);
        Assert.NotNull(browser.Cookie("session"));
    }

    [Fact]
    public async Task The_page_of_a_link_says_whose_sign_in_it_is()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();

        var page = await browser.Get(Owner.LinkIn(await owner.AskToSignIn(browser)));

        Assert.Contains(owner.Email, page.Text, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Header("Cache-Control"));
    }

    [Fact, Trait("Promise", "R38"), Trait("Abuse", "2")]
    public async Task Of_two_pages_pressed_at_once_one_signs_in()
    {
        var owner = await desk.SignUp();
        using var one = desk.Browser();
        using var other = desk.Browser();
        var link = Owner.LinkIn(await owner.AskToSignIn(one));
        var pages = await Task.WhenAll(one.Get(link), other.Get(link));

        var answers = await Task.WhenAll(one.Submit(pages[0], follow: false), other.Submit(pages[1], follow: false));

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.Gone], answers.Select(answer => answer.Status).Order());
        Assert.Single(new[] { one, other }, browser => browser.Cookie("session") is not null);
        Assert.Equal("This link has been used", answers.Single(answer => answer.Status == HttpStatusCode.Gone).Heading);
    }

    [Fact, Trait("Abuse", "2")]
    public async Task A_double_click_is_one_sign_in()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var page = await browser.Get(Owner.LinkIn(await owner.AskToSignIn(browser)));

        var answers = await Task.WhenAll(browser.Submit(page, follow: false), browser.Submit(page, follow: false));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        Assert.Equal(answers[0].Cookies.Single(IsSession), answers[1].Cookies.Single(IsSession));
        Assert.Equal(2, (await browser.Get("/sessions")).Document.QuerySelectorAll("tbody tr").Length);
    }

    [Fact]
    public async Task A_link_works_on_another_device_than_the_one_that_asked()
    {
        var owner = await desk.SignUp();
        using var telephone = desk.Browser();
        using var computer = desk.Browser();
        var link = Owner.LinkIn(await owner.AskToSignIn(computer));

        var page = await telephone.Submit(await telephone.Get(link), follow: false);

        Assert.Equal("/", page.Header("Location"));
        Assert.NotNull(telephone.Cookie("session"));
        Assert.Null(computer.Cookie("session"));
    }

    [Fact, Trait("Promise", "R38"), Trait("Abuse", "3")]
    public async Task An_expired_link_a_changed_one_and_one_that_never_was_look_the_same()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var link = Owner.LinkIn(await owner.AskToSignIn(browser));
        var before = await browser.Get(link);
        desk.Clock.Advance(TimeSpan.FromMinutes(15));

        WebPage[] pages =
        [
            await browser.Get(link),
            await browser.Get(link[..^1] + (link[^1] == 'A' ? 'B' : 'A')),
            await browser.Get(link[..^5]),
            await browser.Get("/link/" + new string('x', 43)),
            await browser.Submit(before),
        ];

        Assert.All(pages, page => Assert.Equal(HttpStatusCode.Gone, page.Status));
        Assert.All(pages, page => Assert.Equal("This link no longer works", page.Heading));
        Assert.All(pages, page => Assert.Equal(pages[0].Text, page.Text));
        Assert.NotNull(pages[0].Document.QuerySelector("main a[href='/sign-in']"));
        Assert.Null(browser.Cookie("session"));
    }

    [Fact, Trait("Abuse", "7")]
    public async Task Signing_in_ends_the_session_the_browser_came_with()
    {
        var owner = await desk.SignUp();
        using var attacker = desk.Browser();
        await owner.SignIn(attacker);
        var planted = attacker.Cookie("session")!;
        using var victim = desk.Browser();
        victim.SetCookie("session", planted);

        await owner.SignIn(victim);

        Assert.NotEqual(planted, victim.Cookie("session"));
        Assert.Equal("/sign-in", (await attacker.Get("/settings")).Address.AbsolutePath);
        Assert.Equal("/settings", (await victim.Get("/settings")).Address.AbsolutePath);
    }

    [Fact, Trait("Abuse", "7")]
    public async Task A_session_cookie_from_before_signing_in_is_worth_nothing_after()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var chosen = new string('A', 43);
        browser.SetCookie("session", chosen);

        await owner.SignIn(browser);

        Assert.NotEqual(chosen, browser.Cookie("session"));
        using var other = desk.Browser();
        other.SetCookie("session", chosen);
        Assert.Equal("/sign-in", (await other.Get("/settings")).Address.AbsolutePath);
    }

    [Fact, Trait("Abuse", "9")]
    public async Task A_form_fetched_by_somebody_else_signs_nobody_in()
    {
        var attacker = await desk.SignUp();
        using var fetching = desk.Browser();
        var page = await fetching.Get(Owner.LinkIn(await attacker.AskToSignIn(fetching)));
        using var victim = desk.Browser();
        await victim.Get("/sign-in");

        var answer = await victim.Submit(page, follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(page.Address.AbsolutePath, answer.Header("Location"));
        Assert.Null(victim.Cookie("session"));
    }

    private static bool IsSession(string cookie) => cookie.StartsWith("session=", StringComparison.Ordinal);
}
