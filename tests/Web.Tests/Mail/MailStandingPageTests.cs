using Backsoon.Dispatch;
using Npgsql;

namespace Backsoon.Mail;

[Collection(Desks.Name)]
public sealed class MailStandingPageTests(FrontDesk desk)
{
    [Fact]
    public async Task While_all_is_well_the_board_says_nothing_of_mail()
    {
        var business = await Business.Open(desk);
        await Fared(business, sent: 100, bounced: 5, complained: 0);
        var board = await business.Browser.Get("/");
        Assert.Null(board.Document.GetElementById("mail-pace"));
        Assert.Null(board.Document.GetElementById("owner-refuses"));
    }

    [Theory, Promise("R28")]
    [InlineData(6, 0, "go out slowly, one a minute", "Of 100 in seven days, 6 came back and 0 were marked as unwanted.", "waiting")]
    [InlineData(20, 1, "are stopped, and requests come to you", "Of 100 in seven days, 20 came back and 1 was marked as unwanted.", "failed")]
    public async Task The_owner_reads_on_the_board_why_mail_is_held_and_what_to_do(int bounced, int complained, string says, string why, string look)
    {
        var business = await Business.Open(desk);
        await Fared(business, sent: 100, bounced, complained);

        var note = (await business.Browser.Get("/")).Document.GetElementById("mail-pace")!;

        var text = string.Join(' ', note.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(says, text);
        Assert.Contains(why, text);
        Assert.True(note.ClassList.Contains(look));
        Assert.Equal("/vendors", note.QuerySelector("a")!.GetAttribute("href"));
        // The part that a script swaps in is the slips alone.
        Assert.Null((await business.Browser.Get("/board/slips")).Document.GetElementById("mail-pace"));
    }

    [Fact, Promise("R28")]
    public async Task What_was_withheld_says_so_on_the_request()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing", "jobs@stopped.example");
        await business.AddRule(null, (await business.Category("Plumbing")).Id, (rivera, 20));
        await Fared(business, sent: 100, bounced: 20, complained: 0);
        var id = await business.Send("Plumbing");
        await Until(business, id, view => view.Status == DispatchStatus.OwnerAsked);

        var page = await business.Browser.Get($"/requests/{id}");

        Assert.Contains("Withheld", page.Document.GetElementById("mails")!.TextContent);
        Assert.Contains("Mails of this business are stopped", page.Document.GetElementById("mails")!.TextContent);
        Assert.Empty(await desk.AllMailsTo("jobs@stopped.example"));
        await Execute("delete from mail_day where tenant_id = $1", business.Scope.Id.Value);
        var mail = (await business.Scope.Dispatch(id).Look())!.Mails.First(sent => sent.Vendor == rivera.Id);
        await business.Browser.Submit(page, form: $"form[action='/requests/{id}/mails/{mail.Id}/again']");
        Assert.Contains("The tap drips.", (await desk.MailTo("jobs@stopped.example")).Text);
    }

    [Fact]
    public async Task An_owner_whose_own_address_refuses_mail_reads_it_on_the_board_and_can_try_again()
    {
        var business = await Business.Open(desk);
        var hash = await business.Scope.Grains.GetGrain<Accounts.IKeyRingGrain>(Accounts.IKeyRingGrain.Key).Read();
        await Execute("insert into suppression (address, reason, at) values ($1, 1, $2)", hash.Bytes("address", business.Owner.Email), desk.Clock.GetUtcNow());

        var board = await business.Browser.Get("/");
        Assert.Contains(business.Owner.Email, board.Document.GetElementById("owner-refuses")!.TextContent);
        var after = await business.Browser.Submit(board, form: "#owner-refuses form");

        Assert.Equal("/", after.Address.AbsolutePath);
        Assert.Null(after.Document.GetElementById("owner-refuses"));
    }

    [Theory]
    [InlineData("/settings", RefusalReason.Complained, "marked as unwanted")]
    [InlineData("/sessions", RefusalReason.Complained, "marked as unwanted")]
    [InlineData("/sessions", RefusalReason.Bounced, "refused a mail for good")]
    public async Task A_person_to_whom_mail_about_the_account_is_held_back_reads_it_and_has_it_sent_again(string path, RefusalReason reason, string says)
    {
        var business = await Business.Open(desk);
        Assert.Null((await business.Browser.Get(path)).Document.GetElementById("account-mail"));
        var ring = await desk.Grains.GetGrain<Accounts.IKeyRingGrain>(Accounts.IKeyRingGrain.Key).Read();
        await Execute("insert into suppression (address, reason, at) values ($1, $2, $3)", ring.Bytes("address", business.Owner.Email), (short)reason, desk.Clock.GetUtcNow());

        var page = await business.Browser.Get(path);
        Assert.Contains(says, page.Document.GetElementById("account-mail")!.TextContent);
        Assert.Contains(business.Owner.Email, page.Document.GetElementById("account-mail")!.TextContent);
        // To look is not to ask for it.
        Assert.NotNull((await business.Browser.Get(path)).Document.GetElementById("account-mail"));
        var after = await business.Browser.Submit(page, form: "#account-mail form");

        Assert.Equal(path, after.Address.AbsolutePath);
        Assert.Contains("come to you again", after.Text);
        Assert.Null(after.Document.GetElementById("account-mail"));
    }

    private Task Fared(Business business, int sent, int bounced, int complained) => Execute(
        "insert into mail_day (tenant_id, day, sent, bounced, complained) values ($1, $2, $3, $4, $5) on conflict (tenant_id, day) do update set sent = excluded.sent, bounced = excluded.bounced, complained = excluded.complained",
        business.Scope.Id.Value, new DateTimeOffset(desk.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero), sent, bounced, complained);

    private async Task Execute(string sql, params object[] values)
    {
        await using var database = NpgsqlDataSource.Create(desk.ConnectionString);
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    private static Task Until(Business business, Guid id, Func<DispatchView, bool> reached) =>
        FrontDesk.Until(async () => await business.Scope.Dispatch(id).Look() is { } view && reached(view), "It did not come to be.");
}
