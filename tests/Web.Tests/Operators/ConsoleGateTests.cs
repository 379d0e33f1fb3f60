using System.Net;
using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Operators;

[Collection(Consoles.Name)]
public sealed class ConsoleGateTests(ConsoleDesk desk)
{
    // For whoever is not signed in.
    private static readonly string[] s_public = ["/sign-in", "/sign-in/asked", "/link/{token}", "/robots.txt"];

    [Fact]
    public async Task Every_page_is_for_operators_alone()
    {
        var owner = await desk.SignUp();
        // An owner's session, offered as what it is and as what it is not.
        owner.Browser.SetCookie("session", owner.Browser.Cookie("session")!, ConsoleDesk.Host);
        owner.Browser.SetCookie("console", owner.Browser.Cookie("session")!, ConsoleDesk.Host);
        var routes = Routes();
        Assert.Contains(routes, route => route is ("GET", "/"));

        foreach (var (method, path) in routes)
            foreach (var browser in new[] { desk.Browser(), owner.Browser })
            {
                var answer = await Ask(browser, method, path, "");
                Assert.Equal((path, HttpStatusCode.SeeOther, "/sign-in"), (path, answer.Status, answer.Header("Location")));
            }
    }

    [Fact, Trait("Abuse", "9")]
    public async Task No_form_is_taken_without_the_token_of_its_session_and_its_path()
    {
        var (signedIn, other) = (await desk.SignIn(), await desk.SignIn());
        var own = Token(signedIn.Home);
        var posts = Routes().Where(route => route.Method == "POST").ToArray();
        Assert.NotEmpty(posts);

        foreach (var (method, path) in posts)
        {
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await Ask(signedIn.Browser, method, path, "")).Status));
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await Ask(signedIn.Browser, method, path, Token(other.Home))).Status));
            // Of the button that signs out.
            if (path != "/sign-out")
                Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await Ask(signedIn.Browser, method, path, own)).Status));
        }

        foreach (var site in new[] { "cross-site", "same-site" })
            Assert.Equal(HttpStatusCode.Forbidden, (await signedIn.Browser.Post(desk.Site.Console("/sign-out"), [KeyValuePair.Create(PublicForm.Field, own)], site, follow: false)).Status);
        Assert.Equal("Overview", (await signedIn.Browser.Get(desk.Site.Console())).Heading);
    }

    [Fact, Trait("Abuse", "8")]
    public async Task An_operator_is_nobody_elsewhere()
    {
        var signedIn = await desk.SignIn();
        var cookie = signedIn.Browser.Cookie("console", ConsoleDesk.Host)!;
        foreach (var name in new[] { "session", "console" })
            signedIn.Browser.SetCookie(name, cookie);

        var board = await signedIn.Browser.Get("/", follow: false);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), (board.Status, board.Header("Location")));
        // No page of the console is on another host, and none of theirs is on it.
        foreach (var address in new[] { desk.Site.App("/audit"), desk.Site.Home("/audit"), desk.Site.Console("/vendors"), desk.Site.Console("/privacy"), desk.Site.Console("/book"), desk.Site.Console("/s/x"), desk.Site.Console("/dev/mail") })
            Assert.Equal((address, HttpStatusCode.NotFound), (address, (await signedIn.Browser.Get(address)).Status));
    }

    [Fact, Trait("Abuse", "8")]
    public async Task The_cookie_stays_on_the_host_and_away_from_scripts_and_other_sites()
    {
        var (_, email) = desk.NextOperator();
        using var browser = desk.Browser();
        await desk.Ask(browser, email);
        var answer = await browser.Submit(await browser.Get(Owner.LinkIn(await desk.MailTo(email))), follow: false);

        var cookie = Assert.Single(answer.Cookies, cookie => cookie.StartsWith("console=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, Trait("Abuse", "11")]
    [InlineData("a.console.localhost", 404)]
    [InlineData("console.localhost.", 421)]
    [InlineData("console.evil.example", 421)]
    [InlineData("xn--console.localhost", 404)]
    public async Task A_name_like_its_own_leads_nowhere(string host, int status)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, desk.Site.Console("/sign-in"));
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", ConsoleDesk.Host);
        Assert.Equal(status, (int)(await desk.Browser().Send(request, follow: false)).Status);
    }

    [Theory]
    [InlineData("console.desks.example", true)]
    [InlineData("ops.desks.example", true)]
    [InlineData("a.b.desks.example", true)]
    [InlineData("ops.inside.example", true)]
    [InlineData("desks.example", false)]
    [InlineData("app.desks.example", false)]
    [InlineData("harbour.desks.example", false)]
    [InlineData("https://console.desks.example", false)]
    [InlineData("console.desks.example:8443", false)]
    [InlineData("console.desks.example/x", false)]
    [InlineData("con sole", false)]
    public void It_has_a_name_that_no_business_can_have(string host, bool isTaken)
    {
        Assert.Equal(isTaken, new Site("https", "desks.example").WhyNoConsole(host) is null);
        var settings = ServerSettings.Read(name => name switch { "CONSOLE_HOST" => host, "DOMAIN" => "desks.example", _ => null }, () => []);
        Assert.Equal(isTaken, !settings.Problems.Any(problem => problem.StartsWith("CONSOLE_HOST", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Ana|ana@ops.example, Rui|rui@ops.example", true)]
    [InlineData("ana@ops.example", false)]
    [InlineData("Ana|ana@ops.example,Ana|rui@ops.example", false)]
    [InlineData("Ana|ana@ops.example,Rui|ANA@ops.example", false)]
    [InlineData("|ana@ops.example", false)]
    [InlineData("", false)]
    public void Who_operates_it_is_said_plainly_or_it_does_not_start(string operators, bool starts) => Assert.Equal(
        starts, !OperatorList.Problems(new Microsoft.Extensions.Configuration.ConfigurationManager { ["OPERATORS"] = operators, ["CONSOLE_HOST"] = "console.desks.example" }).Any());

    private (string Method, string Path)[] Routes() =>
    [
        .. from endpoint in desk.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where endpoint.Metadata.GetMetadata<IHostMetadata>()?.Hosts.Contains(ConsoleDesk.Host) == true
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           let pattern = $"/{endpoint.RoutePattern.RawText?.Trim('/')}"
           where method != "HEAD" && !s_public.Contains(pattern)
           select (method, pattern.Replace("{id}", "tenant_00000000000000000000000000000000", StringComparison.Ordinal).Replace("{id:guid}", $"{Guid.CreateVersion7(desk.Clock.GetUtcNow())}", StringComparison.Ordinal)),
    ];

    private Task<WebPage> Ask(Browser browser, string method, string path, string token) => method == "GET"
        ? browser.Get(desk.Site.Console(path), follow: false)
        : browser.Post(desk.Site.Console(path), [KeyValuePair.Create(PublicForm.Field, token)], follow: false);

    private static string Token(WebPage page) => page.Document.QuerySelector($"nav.rail input[name={PublicForm.Field}]")!.GetAttribute("value")!;
}

/// <summary>Without the setting there is nothing.</summary>
[Collection(Desks.Name)]
public sealed class NoConsoleTests(FrontDesk desk)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/audit")]
    public async Task Its_host_is_answered_like_any_that_is_unknown(string path)
    {
        using var browser = desk.Browser();

        var answer = await browser.Get($"{desk.Site.Scheme}://console.localhost:{desk.Port}{path}");
        var unknown = await browser.Get($"{desk.Site.Scheme}://www.localhost:{desk.Port}{path}");

        Assert.Equal((HttpStatusCode.NotFound, unknown.Body), (answer.Status, answer.Body));
    }
}

public sealed class FencedConsoleTests(FencedConsoleDesk desk) : IClassFixture<FencedConsoleDesk>
{
    [Fact, Trait("Abuse", "12")]
    public async Task From_another_network_its_host_is_unknown()
    {
        var (outside, inside) = (desk.Browser(), new Browser(desk, FencedConsoleDesk.Inside));

        var answer = await outside.Get(desk.Site.Console("/sign-in"));
        var unknown = await outside.Get($"{desk.Site.Scheme}://www.localhost:{desk.Port}/sign-in");

        Assert.Equal((HttpStatusCode.NotFound, unknown.Body), (answer.Status, answer.Body));
        Assert.Equal("Sign in", (await inside.Get(desk.Site.Console("/sign-in"))).Heading);
        // Only the last hop counts, which the trusted proxy wrote.
        using var pretending = new Browser(desk, $"{FencedConsoleDesk.Inside}, 203.0.113.9");
        Assert.Equal(HttpStatusCode.NotFound, (await pretending.Get(desk.Site.Console("/sign-in"))).Status);
    }
}
