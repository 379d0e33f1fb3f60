using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Shared;

[Collection(Desks.Name)]
public sealed class ErrorPageTests(FrontDesk desk)
{
    [Fact]
    public async Task A_page_that_is_not_there_says_so_in_plain_words()
    {
        using var browser = desk.Browser();

        var page = await browser.Get(desk.Site.Home("/nothing"));

        Assert.Equal((HttpStatusCode.NotFound, "There is nothing here"), (page.Status, page.Heading));
        Assert.Contains("Check the address", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_signed_in_finds_back_to_the_board_and_a_caller_to_the_desk()
    {
        var owner = await desk.SignUp();
        using var stranger = desk.Browser();

        var (missing, refused) = (await owner.Browser.Get("/nothing"), await owner.Browser.Post("/settings", []));
        var desks = (await stranger.Get(desk.Site.Desk(owner.Slug, "/nothing")), await stranger.Get(desk.Site.Desk(Tenants.Slug.Parse("nobody-at-all"), "/nothing")));

        Assert.Equal((HttpStatusCode.NotFound, "To the board"), (missing.Status, missing.Document.QuerySelector("main a[href='/']")!.TextContent));
        Assert.Equal((HttpStatusCode.Forbidden, "To the board"), (refused.Status, refused.Document.QuerySelector("main a[href='/']")!.TextContent));
        Assert.Equal((HttpStatusCode.NotFound, "To Harbour & Lane"), (desks.Item1.Status, desks.Item1.Document.QuerySelector("main a[href='/']")!.TextContent));
        Assert.Null(desks.Item2.Document.QuerySelector("main a[href='/']"));
        Assert.Null((await stranger.Get("/nothing")).Document.QuerySelector("main a[href='/']"));
    }

    [Fact]
    public async Task A_page_asked_in_the_wrong_way_says_so()
    {
        using var browser = desk.Browser();

        var page = await browser.Send(new HttpRequestMessage(HttpMethod.Delete, desk.Site.App("/sign-in")));

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "That is not how this page is asked"), (page.Status, page.Heading));
    }

    [Theory]
    [InlineData(typeof(OrleansException), 503, "Back in a moment")]
    [InlineData(typeof(TimeoutException), 503, "Back in a moment")]
    [InlineData(typeof(InvalidDataException), 400, "That could not be read")]
    [InlineData(typeof(InvalidOperationException), 500, "Something went wrong here")]
    public async Task A_failure_is_explained_by_its_kind(Type kind, int status, string heading)
    {
        await using var scope = desk.Services.CreateAsyncScope();
        var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, Response = { Body = body }, Request = { Scheme = "http", Host = new HostString(desk.Site.Domain) } };
        context.Features.Set<IExceptionHandlerFeature>(new ExceptionHandlerFeature { Error = (Exception)Activator.CreateInstance(kind, "secret detail")! });

        await ErrorPages.Failed(context);

        var text = Encoding.UTF8.GetString(body.ToArray());
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Contains($"<h1>{heading}</h1>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret detail", text, StringComparison.Ordinal);
        Assert.Equal(status == 503 ? "5" : "", context.Response.Headers.RetryAfter.ToString());
    }

    [Fact]
    public async Task What_is_no_form_is_not_read_as_one()
    {
        using var browser = desk.Browser();

        var page = await browser.Send(new HttpRequestMessage(HttpMethod.Post, desk.Site.App("/sign-in")) { Content = new StringContent("{}", Encoding.UTF8, "application/json") });

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, page.Status);
        Assert.Equal("That could not be read", page.Heading);
    }

    [Fact, Trait("Abuse", "9")]
    public async Task A_form_from_another_site_is_refused_and_mails_nobody()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var page = await browser.Get("/sign-in");
        var before = (await desk.MailsTo(owner.Email)).Count;
        KeyValuePair<string, string>[] fields = [new("_token", page.Document.QuerySelector("input[name=_token]")!.GetAttribute("value")!), new("email", owner.Email)];

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post("/sign-in", fields, "cross-site")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post("/sign-in", fields[1..])).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post("/sign-up", fields)).Status);
        var foreign = new HttpRequestMessage(HttpMethod.Post, desk.Site.App("/sign-in")) { Content = new FormUrlEncodedContent(fields) };
        foreign.Headers.TryAddWithoutValidation("Origin", desk.Site.Home("").TrimEnd('/'));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Send(foreign)).Status);

        await owner.AskToSignIn(browser);
        Assert.Equal(before + 1, (await desk.MailsTo(owner.Email)).Count);
    }

    [Fact, Trait("Abuse", "33")]
    public async Task A_body_too_large_is_refused_before_it_is_read()
    {
        using var browser = desk.Browser();
        await browser.Get("/sign-in");

        var page = await browser.Post("/sign-in", [new("email", new string('a', 300_000))]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, page.Status);
        Assert.Equal("That was too much", page.Heading);
    }

    [Fact, Trait("Abuse", "33")]
    public async Task Ten_thousand_fields_are_no_form()
    {
        using var browser = desk.Browser();

        var page = await browser.Post("/sign-in", Enumerable.Range(0, 10_000).Select(at => KeyValuePair.Create($"f{at}", "")));

        Assert.Equal((HttpStatusCode.BadRequest, "That could not be read"), (page.Status, page.Heading));
    }

    [Fact, Trait("Abuse", "31")]
    public async Task A_character_that_nothing_can_keep_is_refused()
    {
        using var browser = desk.Browser();

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Post("/sign-in", [new("email", "ana\0@example.com")])).Status);
    }

    [Fact, Trait("Abuse", "33")]
    public async Task A_header_too_large_is_refused()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, desk.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a={new string('x', 20_000)}\r\n\r\n"));
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 431 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }
}
