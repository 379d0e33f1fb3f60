using System.Net;
using Backsoon.Shared;

namespace Backsoon.Operators;

[Collection(Consoles.Name)]
public sealed class AuditPageTests(ConsoleDesk desk)
{
    [Fact]
    public async Task The_log_says_who_did_what_page_by_page()
    {
        var signedIn = await desk.SignIn();
        // Older than everything else.
        await desk.Execute("insert into audit (id, at, operator, act, subject) select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '2026-01-01', 'Former <b>operator</b>', 1, '' from generate_series(1, 70) n");

        var page = await signedIn.Browser.Get(desk.Site.Console("/audit"));
        Assert.Equal("Audit log", page.Heading);
        Assert.Contains(signedIn.Name, page.Text, StringComparison.Ordinal);
        Assert.Contains("Signed in", page.Text, StringComparison.Ordinal);
        var seen = new List<string>();
        for (var next = page; ; next = await signedIn.Browser.Get(next.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")! is var path ? desk.Site.Console(path) : ""))
        {
            seen.AddRange(next.Document.QuerySelectorAll("tbody tr").Select(row => row.TextContent));
            Assert.Null(next.Document.QuerySelector("tbody b"));
            if (next.Document.QuerySelector("a[rel=next]") is null)
                break;
        }

        Assert.Equal(70, seen.Count(row => row.Contains("Former <b>operator</b>", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_is_downloaded_with_a_note_that_it_was()
    {
        var signedIn = await desk.SignIn();
        var page = await signedIn.Browser.Get(desk.Site.Console("/audit"));

        var file = await signedIn.Browser.Submit(page, form: "main form[action='/audit.csv']");

        Assert.Equal("text/csv; charset=utf-8", file.Header("Content-Type"));
        Assert.Contains("At (UTC),Operator,What,About,Business,Reason\r\n", file.Body, StringComparison.Ordinal);
        Assert.Contains($",{signedIn.Name},AuditExported,", file.Body, StringComparison.Ordinal);
        Assert.Contains($",{signedIn.Name},SignedIn,By a mailed link,", file.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_downloaded_that_could_not_be_noted()
    {
        var signedIn = await desk.SignIn();
        var page = await signedIn.Browser.Get(desk.Site.Console("/audit"));
        await desk.Execute($"alter table audit add constraint refused check (operator <> '{signedIn.Name}') not valid");

        var file = await signedIn.Browser.Submit(page, form: "main form[action='/audit.csv']");

        await desk.Execute("alter table audit drop constraint refused");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, file.Status);
        Assert.DoesNotContain("AuditExported", file.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_is_never_changed()
    {
        await desk.SignIn();

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => desk.Execute("update audit set operator = 'Somebody else'"));
    }

    [Fact]
    public async Task The_overview_says_how_things_are()
    {
        var signedIn = await desk.SignIn();

        Assert.Contains("Other mails", signedIn.Home.Text, StringComparison.Ordinal);
        Assert.Contains("Promises", signedIn.Home.Text, StringComparison.Ordinal);
        Assert.Contains("One process by itself", signedIn.Home.Text, StringComparison.Ordinal);
        Assert.Contains("_console", signedIn.Home.Text, StringComparison.Ordinal);

        var due = new DateTimeOffset(desk.Clock.GetUtcNow().AddDays(-20).UtcDateTime.Date, TimeSpan.Zero);
        await desk.Execute($"insert into letter (reference, kind, received_at, due_at) values ('L-TEST', 1, '2026-01-01', '{due:O}')");
        Assert.Contains($"by {LocalTime.Short(due, "UTC", desk.Clock.GetUtcNow())}", (await signedIn.Browser.Get(desk.Site.Console())).Text, StringComparison.Ordinal);
    }
}
