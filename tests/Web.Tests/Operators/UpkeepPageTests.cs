using System.Net;
using System.Text.Json;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Operators;

[Collection(Consoles.Name)]
public sealed class UpkeepPageTests(ConsoleDesk desk)
{
    [Fact]
    public async Task Stuck_mails_stand_there_without_whom_they_go_to_and_are_sent_again()
    {
        var (owner, signedIn) = (await desk.SignUp(), await desk.SignIn());
        var mail = await Stuck(owner, 4, "550 <i>no</i> such mailbox …@…");

        var page = await Mails(signedIn);

        var row = Row(page, "550 <i>no</i> such mailbox");
        Assert.DoesNotContain(owner.Email, page.Body, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("tbody i"));
        Assert.Contains("deletion-done", row, StringComparison.Ordinal);
        var answer = await signedIn.Browser.Submit(page, form: $"form[action='/mails/again']:has(input[value='{mail}'])");
        Assert.Equal("1 mail is sent again.", answer.Document.QuerySelector(".flash")!.TextContent.Trim());
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from mail_attempt where mail_id = $1 and outcome = 'asked'", mail));
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act = 9 and subject = $2", signedIn.Name, $"{mail:n}"));
        // The second click finds nothing to do.
        Assert.StartsWith("Nothing was changed", (await signedIn.Browser.Submit(page, form: $"form[action='/mails/again']:has(input[value='{mail}'])")).Document.QuerySelector(".flash")!.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_an_error_are_withdrawn_and_no_others()
    {
        var (owner, signedIn) = (await desk.SignUp(), await desk.SignIn());
        var gone = new[] { await Stuck(owner, 4, "Refused for good"), await Stuck(owner, 4, "Refused for good") };
        var kept = new[] { await Stuck(owner, 3, "Refused for good"), await Stuck(owner, 4, "Refused for other reasons") };

        var answer = await signedIn.Browser.Submit(await Mails(signedIn), form: "form[action='/mails/withdraw']:has(input[value='Parked']):has(input[value='Refused for good'])");

        Assert.Equal("2 mails are withdrawn. Their words are gone.", answer.Document.QuerySelector(".flash")!.TextContent.Trim());
        foreach (var mail in gone)
            Assert.Equal(1, await desk.Scalar<long>("select count(*) from outbox where id = $1 and status = 5 and body is null and rendered is null", mail));
        foreach (var mail in kept)
            Assert.Equal(1, await desk.Scalar<long>("select count(*) from outbox where id = $1 and status in (3, 4) and body is not null", mail));
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act = 12 and subject = 'Parked'", signedIn.Name));
    }

    [Fact]
    public async Task Nothing_is_sent_or_withdrawn_that_is_not_written_down_or_not_stuck()
    {
        var (owner, signedIn) = (await desk.SignUp(), await desk.SignIn());
        var mail = await Stuck(owner, 4, "Full");
        var page = await Mails(signedIn);
        await desk.Execute($"alter table audit add constraint refused check (operator <> '{signedIn.Name}') not valid");

        var answer = await signedIn.Browser.Submit(page, form: $"form[action='/mails/withdraw']:has(input[value='{mail}'])");

        await desk.Execute("alter table audit drop constraint refused");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from outbox where id = $1 and status = 4", mail));

        // One that went out is nobody's to withdraw.
        await desk.Execute($"update outbox set status = 2 where id = '{mail}'");
        await signedIn.Browser.Submit(page, form: $"form[action='/mails/withdraw']:has(input[value='{mail}'])");
        Assert.Equal(1, await desk.Scalar<long>("select count(*) from outbox where id = $1 and status = 2", mail));
    }

    [Fact]
    public async Task Many_are_shown_page_by_page()
    {
        var (owner, signedIn) = (await desk.SignUp(), await desk.SignIn());
        await Stuck(owner, 4, "The template");
        await desk.Execute("insert into outbox (id, account_id, kind, recipient, priority, created_at, due_at, status, last_error) select gen_random_uuid(), 'account_operator', 'sign-in', 'You', 0, '2026-01-02', '2026-01-02', 4, 'Of many' from generate_series(1, 120)");
        var seen = 0;
        for (var page = await Mails(signedIn); ; page = await signedIn.Browser.Get(desk.Site.Console(page.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!)))
        {
            seen += page.Document.QuerySelectorAll("main section:last-of-type tbody tr").Count(row => row.TextContent.Contains("Of many", StringComparison.Ordinal));
            if (page.Document.QuerySelector("a[rel=next]") is null)
                break;
        }

        await desk.Execute("delete from outbox where last_error = 'Of many'");
        Assert.Equal(120, seen);
    }

    [Fact]
    public async Task What_is_late_and_what_has_a_deadline_stands_there()
    {
        var signedIn = await desk.SignIn();
        await desk.Execute("insert into letter (reference, kind, received_at, due_at) values ('L-LATE', 2, '2026-01-01', '2026-01-08')");
        await desk.Execute("insert into deletion (id, salt, subject, asked_at, undo_until, deadline, steps) values ('018f0000-0000-7000-8000-000000000001', '\\x00', '\\x01', '2026-01-01', '2026-01-03', '2026-01-08', '{\"Page\": \"2026-01-01T00:00:00Z\"}')");

        var page = await signedIn.Browser.Get(desk.Site.Console("/late"));

        await desk.Execute("delete from deletion where id = '018f0000-0000-7000-8000-000000000001'");
        await desk.Execute("delete from letter where reference = 'L-LATE'");
        Assert.Contains("a vulnerability", Row(page, "L-LATE"), StringComparison.Ordinal);
        Assert.Contains("1 of 9", Row(page, "018f0000"), StringComparison.Ordinal);
        Assert.Contains("Late", Row(page, "018f0000"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_is_made_in_two_steps_once_however_often_it_is_pressed()
    {
        var signedIn = await desk.SignIn();
        var keys = await signedIn.Browser.Get(desk.Site.Console("/keys"));
        var before = keys.Document.QuerySelectorAll("tbody tr").Length;
        var confirm = await signedIn.Browser.Get(desk.Site.Console("/keys/rotate"));

        var done = await signedIn.Browser.Submit(confirm);
        var again = await signedIn.Browser.Submit(confirm);

        Assert.Equal(before + 1, done.Document.QuerySelectorAll("tbody tr").Length);
        Assert.Equal(before + 1, again.Document.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("Is being made known", done.Document.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, await desk.Scalar<long>("select count(*) from audit where operator = $1 and act = 13", signedIn.Name));
        // Nobody is signed out by it.
        Assert.Equal("Overview", (await signedIn.Browser.Get(desk.Site.Console())).Heading);
        desk.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("Overview", (await signedIn.Browser.Get(desk.Site.Console())).Heading);
        Assert.StartsWith("Signs", (await signedIn.Browser.Get(desk.Site.Console("/keys"))).Document.QuerySelector("tbody tr .pill")!.TextContent.Trim(), StringComparison.Ordinal);
    }

    private Task<WebPage> Mails(SignedInOperator signedIn) => signedIn.Browser.Get(desk.Site.Console("/mails"));

    private static string Row(WebPage page, string saying) => page.Document.QuerySelectorAll("tbody tr").Last(row => row.TextContent.Contains(saying, StringComparison.Ordinal)).TextContent;

    // A mail to the owner, stuck.
    private async Task<Guid> Stuck(Owner owner, short status, string error)
    {
        var id = Guid.CreateVersion7(desk.Clock.GetUtcNow());
        var tenant = (await desk.Grains.Slug(owner.Slug).Resolve())!.Value;
        var words = new MailBody(EmailAddress.Parse(owner.Email), JsonSerializer.SerializeToElement(new DeletionDoneEmail("https://app.example.com/deletion/x"), EmailKinds.Json));
        var body = desk.Services.GetRequiredService<RootKey>().Wrap(JsonSerializer.SerializeToUtf8Bytes(words, EmailKinds.Json), $"outbox/{id:n}");
        await desk.Execute($"insert into outbox (id, tenant_id, kind, recipient, priority, created_at, due_at, status, attempts, last_error, body) values ('{id}', '{tenant}', 'deletion-done', 'Owner', 2, now(), now(), {status}, 8, '{error}', '\\x{Convert.ToHexStringLower(body)}')");
        return id;
    }
}
