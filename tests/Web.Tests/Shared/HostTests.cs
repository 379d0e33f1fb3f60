using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Backsoon.Shared;

[Collection(Desks.Name)]
public sealed class HostTests(FrontDesk desk)
{
    [Theory, Trait("Abuse", "11")]
    [InlineData("evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("evil.localhost.example", 421)]
    [InlineData("notlocalhost", 421)]
    [InlineData("127.0.0.1", 421)]
    [InlineData("[::1]", 421)]
    [InlineData("app.localhost.", 421)]
    [InlineData("a.b.localhost", 404)]
    [InlineData("app.app.localhost", 404)]
    [InlineData("www.localhost", 404)]
    [InlineData("xn--harbour.localhost", 404)]
    [InlineData("nobody-has-this.localhost", 404)]
    [InlineData(".localhost", 421)]
    [InlineData("LOCALHOST", 200)]
    [InlineData("localhost:1", 200)]
    public async Task A_host_is_ours_or_nothing_is_answered(string host, int status) => Assert.Equal(status, await Ask($"GET / HTTP/1.1\r\nHost: {host}\r\n"));

    [Theory, Trait("Abuse", "11")]
    [InlineData("app.localhost")]
    [InlineData("APP.LocalHost")]
    [InlineData("app.localhost:4000")]
    public async Task Letter_case_and_port_lead_to_the_same_page(string host) => Assert.Equal(200, await Ask($"GET /sign-in HTTP/1.1\r\nHost: {host}\r\n"));

    [Theory, Trait("Abuse", "11")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n")]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: local host\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost/evil\r\n")]
    public async Task A_request_of_two_minds_about_its_host_is_refused(string request) => Assert.Equal(400, await Ask(request));

    [Fact, Trait("Abuse", "11")]
    public async Task Headers_of_a_proxy_do_not_make_a_host_ours() =>
        Assert.Equal(421, await Ask("GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nX-Original-Host: localhost\r\n"));

    [Fact, Trait("Abuse", "11")]
    public async Task Links_in_mails_lead_to_the_configured_host()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var page = await browser.Get("/sign-in");
        var seen = (await desk.MailsTo(owner.Email)).Select(mail => mail.Id).ToArray();
        var request = new HttpRequestMessage(HttpMethod.Post, desk.Site.App("/sign-in"))
        {
            Content = new FormUrlEncodedContent([new("_token", page.Document.QuerySelector("input[name=_token]")!.GetAttribute("value")!), new("email", owner.Email)]),
        };
        request.Headers.Host = "APP.LOCALHOST:9";
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "evil.example");
        await browser.Send(request, follow: false);

        var mail = await desk.MailTo(owner.Email, seen);

        Assert.StartsWith(desk.Site.App("/link/"), Owner.LinkIn(mail), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_has_no_page_of_a_desk()
    {
        using var browser = desk.Browser();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get("/status/x")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get("/requests/x/y")).Status);
    }

    [Fact]
    public async Task A_page_without_scripts_or_frames_of_others_says_so()
    {
        using var browser = desk.Browser();

        var page = await browser.Get("/sign-in");

        var policy = page.Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; style-src 'self' ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", page.Header("Referrer-Policy"));
        Assert.Empty(page.Document.QuerySelectorAll("[style], script:not([src]), [onclick], [onload]"));
    }

    private async Task<int> Ask(string head)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, desk.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var line = await reader.ReadLineAsync();
        return int.Parse(line!.Split(' ')[1]);
    }
}
