using System.Net;

namespace Backsoon.Accounts;

[Collection(Desks.Name)]
public sealed class SessionsPageTests(FrontDesk desk)
{
    [Fact, Trait("Promise", "R39")]
    public async Task Every_session_is_listed_with_its_device_and_this_one_is_marked()
    {
        var owner = await desk.SignUp();
        using var other = new Browser(desk, "203.0.113.77") { UserAgent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15" };
        await owner.SignIn(other);

        var rows = (await owner.Browser.Get("/sessions")).Document.QuerySelectorAll("tbody tr").Select(row => row.TextContent).ToArray();

        Assert.Equal(2, rows.Length);
        Assert.Contains("Firefox on Android", rows[0], StringComparison.Ordinal);
        Assert.Contains("This browser", rows[0], StringComparison.Ordinal);
        Assert.Contains("Safari on Mac", rows[1], StringComparison.Ordinal);
        Assert.Contains("203.0.113.77", rows[1], StringComparison.Ordinal);
    }

    [Fact, Trait("Abuse", "12")]
    public async Task Of_a_chain_of_proxies_only_the_hop_that_ours_names_counts()
    {
        var owner = await desk.SignUp();
        using var liar = new Browser(desk, "192.0.2.1, 10.0.0.1, 203.0.113.78");
        await owner.SignIn(liar);

        var text = (await liar.Get("/sessions")).Text;

        Assert.Contains("203.0.113.78", text, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.1", text, StringComparison.Ordinal);
    }

    [Fact, Trait("Promise", "R39")]
    public async Task A_session_is_over_after_thirty_days()
    {
        var owner = await desk.SignUp();
        desk.Clock.Advance(TimeSpan.FromDays(29.9));
        Assert.Equal("/sessions", (await owner.Browser.Get("/sessions")).Address.AbsolutePath);

        desk.Clock.Advance(TimeSpan.FromDays(0.2));

        Assert.Equal("/sign-in", (await owner.Browser.Get("/sessions")).Address.AbsolutePath);
    }

    [Fact, Trait("Abuse", "7")]
    public async Task Signing_out_ends_the_session_everywhere()
    {
        var owner = await desk.SignUp();
        var token = owner.Browser.Cookie("session")!;

        var page = await owner.Browser.Submit(await owner.Browser.Get("/sessions"), form: "nav form[action='/sign-out']");

        Assert.Contains("You are signed out.", page.Text, StringComparison.Ordinal);
        Assert.Null(owner.Browser.Cookie("session"));
        using var thief = desk.Browser();
        thief.SetCookie("session", token);
        Assert.Equal("/sign-in", (await thief.Get("/settings")).Address.AbsolutePath);
    }

    [Fact]
    public async Task One_session_is_ended_from_another()
    {
        var owner = await desk.SignUp();
        using var lost = desk.Browser();
        await owner.SignIn(lost);

        var page = await owner.Browser.Submit(await owner.Browser.Get("/sessions"), form: "form[action$='/end']");

        Assert.Contains("The session is ended.", page.Text, StringComparison.Ordinal);
        Assert.Single(page.Document.QuerySelectorAll("tbody tr"));
        Assert.Equal("/sign-in", (await lost.Get("/settings")).Address.AbsolutePath);
    }

    [Fact]
    public async Task All_others_end_and_this_one_stays()
    {
        var owner = await desk.SignUp();
        using var one = desk.Browser();
        using var other = desk.Browser();
        await owner.SignIn(one);
        await owner.SignIn(other);

        var page = await owner.Browser.Submit(await owner.Browser.Get("/sessions"), form: "form[action='/sessions/end-others']");

        Assert.Single(page.Document.QuerySelectorAll("tbody tr"));
        Assert.Equal("/sign-in", (await one.Get("/settings")).Address.AbsolutePath);
        Assert.Equal("/sign-in", (await other.Get("/settings")).Address.AbsolutePath);
    }

    [Fact, Trait("Abuse", "36")]
    public async Task Nobody_ends_a_session_of_somebody_else()
    {
        var owner = await desk.SignUp();
        using var second = desk.Browser();
        await owner.SignIn(second);
        var action = (await owner.Browser.Get("/sessions")).Document.QuerySelector("form[action$='/end']")!.GetAttribute("action")!;
        var stranger = await desk.SignUp();

        var page = await stranger.Browser.Post(action, [new("_token", await Token(stranger))]);

        Assert.Contains("over already", page.Text, StringComparison.Ordinal);
        Assert.Equal("/settings", (await second.Get("/settings")).Address.AbsolutePath);
    }

    [Theory, Trait("Abuse", "9")]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData("none")]
    public async Task A_form_from_another_site_is_refused_and_ends_nothing(string site)
    {
        var owner = await desk.SignUp();

        var page = await owner.Browser.Post("/sign-out", [new("_token", await Token(owner))], fetchSite: site);

        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Equal("/settings", (await owner.Browser.Get("/settings")).Address.AbsolutePath);
    }

    [Fact, Trait("Abuse", "9")]
    public async Task A_form_without_its_token_or_with_another_persons_is_refused()
    {
        var owner = await desk.SignUp();
        var other = await desk.SignUp();

        Assert.Equal(HttpStatusCode.Forbidden, (await owner.Browser.Post("/sign-out", [])).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.Browser.Post("/sign-out", [new("_token", await Token(other))])).Status);
        Assert.Equal("/settings", (await owner.Browser.Get("/settings")).Address.AbsolutePath);
    }

    private static async Task<string> Token(Owner owner) => (await owner.Browser.Get("/sessions")).Document.QuerySelector("input[name=_token]")!.GetAttribute("value")!;
}
