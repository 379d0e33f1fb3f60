using System.Net;
using Backsoon.Shared;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class HostFeedTests(FrontDesk desk)
{
    [Fact]
    public async Task A_calendar_program_reads_the_appointments_without_a_session()
    {
        var practice = await Practice.Open(desk);
        var appointment = await practice.Book(practice.In(24), "Tom, <b>; Baker");
        var link = await Make(practice);
        using var program = desk.Browser();

        var calendar = await program.Get(link);

        Assert.Equal((HttpStatusCode.OK, "text/calendar; charset=utf-8", "no-store", "noindex"), (calendar.Status, calendar.Header("Content-Type"), calendar.Header("Cache-Control"), calendar.Header("X-Robots-Tag")));
        Assert.StartsWith("BEGIN:VCALENDAR", calendar.Body, StringComparison.Ordinal);
        Assert.EndsWith("END:VCALENDAR\r\n", calendar.Body, StringComparison.Ordinal);
        Assert.Contains(appointment.Start.UtcDateTime.ToString("yyyyMMdd'T'HHmm"), calendar.Body);
        Assert.Empty(calendar.Cookies);
        Assert.Equal(HttpStatusCode.OK, (await program.Head(link)).Status);
    }

    [Fact]
    public async Task A_link_that_was_renewed_or_taken_back_is_over_at_once()
    {
        var practice = await Practice.Open(desk);
        using var program = desk.Browser();
        var first = await Make(practice);

        var page = await practice.Browser.Submit(await HostPage(practice), form: "#renew-feed");
        var second = Link(page)!;
        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.OK), ((await program.Get(first)).Status, (await program.Get(second)).Status));

        page = await practice.Browser.Submit(page, form: "#revoke-feed");
        Assert.Null(Link(page));
        Assert.Equal(HttpStatusCode.Gone, (await program.Get(second)).Status);
        var third = Link(await practice.Browser.Submit(page, form: "#make-feed"))!;
        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.Gone, HttpStatusCode.OK), ((await program.Get(first)).Status, (await program.Get(second)).Status, (await program.Get(third)).Status));
    }

    [Fact]
    public async Task A_link_with_any_other_letter_and_one_made_for_something_else_are_nobodys()
    {
        var practice = await Practice.Open(desk);
        var link = await Make(practice);
        using var program = desk.Browser();
        var token = new Uri(link).Segments[2].TrimEnd('/');
        var dot = token.IndexOf('.', StringComparison.Ordinal);

        foreach (var forged in new[] { token[..dot], token[..^1], token[..^2] + (token[^2] == 'A' ? 'B' : 'A') + token[^1], $"{(token[0] == 'A' ? 'B' : 'A')}{token[1..]}", "x" })
            Assert.Equal((forged, HttpStatusCode.NotFound), (forged, (await program.Get($"/feed/{forged}/bookings.ics")).Status));
        var session = (await practice.Browser.Get("/settings")).Document.QuerySelector($"input[name={PublicForm.Field}]")!.GetAttribute("value");
        Assert.Equal(HttpStatusCode.NotFound, (await program.Get($"/feed/{session}/bookings.ics")).Status);
    }

    [Fact]
    public async Task A_program_that_asks_all_the_time_is_told_to_wait()
    {
        var practice = await Practice.Open(desk);
        var link = await Make(practice);
        using var program = desk.Browser();
        for (var i = 0; i < Limits.FeedPerLink.Allowed; i++)
            Assert.Equal(HttpStatusCode.OK, (await program.Get(link)).Status);

        var refused = await program.Get(link);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Header("Retry-After"));
    }

    [Fact]
    public async Task Many_appointments_come_whole()
    {
        var practice = await Practice.Open(desk, service => service with { Length = TimeSpan.FromMinutes(5), Step = TimeSpan.FromMinutes(5) });
        for (var i = 0; i < 205; i++)
            await practice.Book(practice.In(24).AddMinutes(5 * i), $"Guest {i}", email: null);
        using var program = desk.Browser();

        var calendar = await program.Get(await Make(practice));

        Assert.Equal(205, calendar.Body.Split("BEGIN:VEVENT").Length - 1);
        Assert.EndsWith("END:VCALENDAR\r\n", calendar.Body, StringComparison.Ordinal);
    }

    private static async Task<string> Make(Practice practice) => Link(await practice.Browser.Submit(await HostPage(practice), form: "#make-feed"))!;

    private static Task<WebPage> HostPage(Practice practice) => practice.Browser.Get($"/bookings/hosts/{practice.Host.Id}");

    private static string? Link(WebPage page) => page.Document.QuerySelector("#feed .copy input")?.GetAttribute("value");
}
