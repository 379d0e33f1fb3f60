using System.Net;
using System.Text.RegularExpressions;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Npgsql;

namespace Backsoon.Promises;

/// <summary>Strangers who ask about somebody else.</summary>
[Collection(Desks.Name)]
public sealed partial class YourDataAbuseTests(FrontDesk desk)
{
    [Fact, Trait("Abuse", "5"), Promise("R36")]
    public async Task Whether_an_address_is_known_shows_in_no_answer_and_in_no_mail()
    {
        var door = await Doorstep.Open(desk);
        var (known, unknown) = ($"known.{door.Scope.Id.Value[^8..]}@caller.example", $"other.{door.Scope.Id.Value[^8..]}@caller.example");
        using var caller = desk.Browser();
        await caller.Submit(await door.Form(caller), new Dictionary<string, string?>(door.Typed()) { ["email"] = known });
        var seen = (await desk.MailsTo(known)).Select(mail => mail.Id).ToArray();
        using var stranger = desk.Browser();

        var (one, other) = (await Ask(stranger, door, known), await Ask(stranger, door, unknown));

        Assert.Equal((HttpStatusCode.OK, one.Status), (other.Status, HttpStatusCode.OK));
        Assert.Equal(Plain(one.Body), Plain(other.Body));
        Assert.DoesNotContain(known, one.Body);
        var (mailed, same) = (await desk.MailTo(known, seen, "/your-data/"), await desk.MailTo(unknown, saying: "/your-data/"));
        Assert.Equal(Plain(mailed.Text), Plain(same.Text));
        // Only who reads the mail learns which of the two it is.
        Assert.Contains("Nothing is kept.", (await stranger.Get(Link(same))).Text);
        Assert.Contains("Requests you sent", (await stranger.Get(Link(mailed))).Text);
    }

    [Fact, Trait("Abuse", "6")]
    public async Task Somebody_elses_mailbox_cannot_be_filled_and_they_are_not_kept_out_by_that()
    {
        var door = await Doorstep.Open(desk);
        var address = $"full.{door.Scope.Id.Value[^8..]}@caller.example";
        for (var number = 0; number < 5; number++)
        {
            using var stranger = new Browser(desk, $"198.51.100.{number + 1}");
            Assert.Equal(HttpStatusCode.OK, (await Ask(stranger, door, address)).Status);
        }

        var mail = await desk.MailTo(address, saying: "/your-data/");
        await using var database = NpgsqlDataSource.Create(desk.ConnectionString);
        await using var count = database.CreateCommand("select count(*) from outbox where tenant_id = $1 and kind = 'data-link'");
        count.Parameters.Add(new() { Value = door.Scope.Id.Value });
        Assert.Equal(3L, await count.ExecuteScalarAsync());
        using var they = desk.Browser();
        Assert.Equal(HttpStatusCode.OK, (await they.Get(Link(mail))).Status);
    }

    [Fact, Trait("Abuse", "35")]
    public async Task One_place_cannot_have_many_addresses_mailed()
    {
        var door = await Doorstep.Open(desk);
        using var stranger = new Browser(desk, "198.51.100.77");
        for (var number = 0; number < 10; number++)
            Assert.Equal(HttpStatusCode.OK, (await Ask(stranger, door, $"a{number}.{door.Scope.Id.Value[^8..]}@caller.example")).Status);
        var refused = await Ask(stranger, door, "one.more@caller.example");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Header("Retry-After"));
    }

    [Fact, Trait("Abuse", "3"), Trait("Abuse", "30")]
    public async Task A_link_with_a_letter_changed_of_another_desk_or_too_old_shows_nothing()
    {
        var (door, other) = (await Doorstep.Open(desk), await Doorstep.Open(desk));
        using var stranger = desk.Browser();
        var address = $"link.{door.Scope.Id.Value[^8..]}@caller.example";
        await stranger.Submit(await door.Form(stranger), new Dictionary<string, string?>(door.Typed()) { ["email"] = address });
        var token = await door.Sign(TokenPurpose.YourData, IDataRequestsGrain.LinkLife, door.Scope.Id.Value, address);
        Assert.Contains("Requests you sent", (await stranger.Get(door.Address($"/your-data/{token}"))).Text);

        foreach (var wrong in new[] { token[..^1] + (token[^1] == 'A' ? 'B' : 'A'), await door.Sign(TokenPurpose.Status, IDataRequestsGrain.LinkLife, door.Scope.Id.Value, address), "x" })
            await Nothing(door.Address($"/your-data/{wrong}"), HttpStatusCode.NotFound);
        await Nothing(other.Address($"/your-data/{token}"), HttpStatusCode.NotFound);
        await Nothing(door.Address($"/your-data/{await door.Sign(TokenPurpose.YourData, TimeSpan.FromMinutes(-1), door.Scope.Id.Value, address)}"), HttpStatusCode.Gone);

        async Task Nothing(string link, HttpStatusCode status)
        {
            foreach (var path in new[] { "", "/remove" })
                Assert.Equal((path, status), (path, (await stranger.Get(link + path)).Status));
            foreach (var path in new[] { "/copy", "/remove", "/withdraw" })
                Assert.Equal((path, status), (path, (await stranger.Post(link + path, [])).Status));
            Assert.Empty(await door.Scope.DataRequests().List());
        }
    }

    [Fact, Trait("Abuse", "1"), Trait("Abuse", "9")]
    public async Task A_scanner_that_opens_the_link_and_another_site_that_posts_to_it_ask_for_nothing()
    {
        var door = await Doorstep.Open(desk);
        using var scanner = desk.Browser();
        var address = $"scan.{door.Scope.Id.Value[^8..]}@caller.example";
        await scanner.Submit(await door.Form(scanner), new Dictionary<string, string?>(door.Typed()) { ["email"] = address });
        var link = door.Address($"/your-data/{await door.Sign(TokenPurpose.YourData, IDataRequestsGrain.LinkLife, door.Scope.Id.Value, address)}");

        foreach (var path in new[] { "", "/remove" })
        {
            await scanner.Get(link + path);
            await scanner.Head(link + path);
        }

        foreach (var path in new[] { "/copy", "/remove" })
            Assert.Equal(HttpStatusCode.Forbidden, (await scanner.Post(link + path, [], "cross-site")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await scanner.Post(door.Address("/your-data"), [KeyValuePair.Create("email", address)])).Status);
        Assert.Empty(await door.Scope.DataRequests().List());
        Assert.Empty((await scanner.Get(link)).Cookies);
    }

    [Fact]
    public async Task Nobody_takes_back_what_somebody_else_asked()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var (theirs, strangers) = ($"mine.{door.Scope.Id.Value[^8..]}@caller.example", $"not.{door.Scope.Id.Value[^8..]}@caller.example");
        foreach (var email in new[] { theirs, strangers })
            await caller.Submit(await door.Form(caller), new Dictionary<string, string?>(door.Typed()) { ["email"] = email });
        await door.Scope.DataRequests().Ask(DataSubject.Of(EmailAddress.Parse(theirs)), DataWish.Removal);
        var asked = Assert.Single(await door.Scope.DataRequests().List());
        var link = door.Address($"/your-data/{await door.Sign(TokenPurpose.YourData, IDataRequestsGrain.LinkLife, door.Scope.Id.Value, strangers)}");

        await caller.Post($"{link}/withdraw", [KeyValuePair.Create("id", $"{asked.Id}")]);

        Assert.True(Assert.Single(await door.Scope.DataRequests().List()).IsOpen);
        Assert.DoesNotContain(asked.Reference, (await caller.Get(link)).Body);
    }

    private static async Task<WebPage> Ask(Browser browser, Doorstep door, string address) =>
        await browser.Submit(await browser.Get(door.Address("/your-data")), new Dictionary<string, string?> { ["email"] = address });

    private static string Link(MailboxMail mail) => LinkPattern().Match(mail.Text).Value;

    // Without what is different in every page and mail.
    private static string Plain(string text) => TokenPattern().Replace(text, "…");

    [GeneratedRegex(@"https?://\S+/your-data/[A-Za-z0-9_.-]+")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"[A-Za-z0-9_-]{30,}\.[A-Za-z0-9_-]{30,}")]
    private static partial Regex TokenPattern();
}
