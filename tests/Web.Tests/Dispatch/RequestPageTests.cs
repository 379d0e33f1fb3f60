using System.Net;
using Npgsql;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class RequestPageTests(FrontDesk desk)
{
    [Fact]
    public async Task It_shows_everything_that_was_said_and_happened()
    {
        var (business, id, rivera) = await Asked();
        await business.Scope.Dispatch(id).Answer(rivera.Id, VendorAnswer.Decline, "We are closed today.");

        var page = await business.Browser.Get($"/requests/{id}");

        var view = (await business.Scope.Dispatch(id).Look())!;
        Assert.Equal(view.Reference, page.Heading);
        Assert.Contains("The drain is slow.", page.Text);
        Assert.Contains("Tom Whelan", page.Text);
        Assert.Equal("tel:+351910000000", page.Document.QuerySelector("a[href^='tel:']")!.GetAttribute("href"));
        Assert.Equal(view.Events.Length, page.Document.QuerySelectorAll("#timeline > li:not(.next)").Length);
        Assert.Contains("Rivera Plumbing declined", page.Document.GetElementById("timeline")!.TextContent);
        Assert.Contains("We are closed today.", page.Document.QuerySelector("#timeline blockquote")!.TextContent);
        Assert.All(page.Document.QuerySelectorAll("#timeline > li:not(.next) time"), time => Assert.Contains("Europe/Lisbon", time.GetAttribute("title")));
        Assert.Equal(view.Mails.Length, page.Document.QuerySelectorAll(".mail").Length);
    }

    [Fact]
    public async Task The_last_dot_is_hollow_and_says_what_comes_next()
    {
        var (business, id, _) = await Asked();

        var last = (await business.Browser.Get($"/requests/{id}")).Document.QuerySelector("#timeline > li:last-child")!;

        Assert.Equal("next", last.ClassName);
        Assert.Contains("Reminds Rivera Plumbing, if nobody has answered", last.TextContent);
        Assert.NotNull(last.QuerySelector("time[datetime]"));
    }

    [Fact]
    public async Task A_closed_one_is_opened_again_by_undo()
    {
        var (business, id, _) = await Asked();
        var page = await business.Browser.Get($"/requests/{id}");

        var closed = await business.Browser.Submit(page, new Dictionary<string, string?> { ["closing"] = "The tenant fixed it." }, Form(id, "close"));
        Assert.Equal("Closed", closed.Document.QuerySelector("#now .pill")!.TextContent);
        Assert.Contains("The tenant fixed it.", closed.Document.GetElementById("timeline")!.TextContent);
        var reopened = await business.Browser.Submit(closed, form: $".flash form[action='/requests/{id}/undo-close']");

        Assert.Equal("Needs you", reopened.Document.QuerySelector("#now .pill")!.TextContent);
        Assert.Contains("waits for you", reopened.Document.QuerySelector(".flash")!.TextContent);
    }

    [Fact]
    public async Task Undo_gives_a_closed_one_back_to_whoever_had_it()
    {
        var (business, id, rivera) = await Asked();
        await business.Scope.Dispatch(id).Answer(rivera.Id, VendorAnswer.Accept, "");
        var closed = await business.Browser.Submit(await business.Browser.Get($"/requests/{id}"), form: Form(id, "close"));

        var undone = await business.Browser.Submit(closed, form: $".flash form[action='/requests/{id}/undo-close']");

        Assert.Equal("Accepted", undone.Document.QuerySelector("#now .pill")!.TextContent);
        Assert.Contains("Rivera Plumbing has it as before, and is told so by mail.", undone.Document.QuerySelector(".flash")!.TextContent);
        Assert.Contains("Ana Silva opened it again: Rivera Plumbing has it as before", undone.Document.GetElementById("timeline")!.TextContent);
    }

    [Fact]
    public async Task It_is_given_to_another_vendor()
    {
        var (business, id, _) = await Asked();
        var cole = await business.AddVendor("Cole & Sons");

        var page = await business.Browser.Submit(await business.Browser.Get($"/requests/{id}"), new Dictionary<string, string?> { ["vendor"] = cole.Id.ToString() }, Form(id, "reassign"));

        Assert.Contains("Cole & Sons is asked", page.Document.GetElementById("now")!.TextContent);
        Assert.Equal("Cole & Sons", (await business.Scope.Dispatch(id).Look())!.With!.Name);
    }

    [Fact]
    public async Task Who_has_it_is_reminded()
    {
        var (business, id, _) = await Asked();

        var page = await business.Browser.Submit(await business.Browser.Get($"/requests/{id}"), form: Form(id, "remind"));

        Assert.Contains("They get the mail once more.", page.Text);
        Assert.Contains("Reminded Rivera Plumbing, because Ana Silva asked to", page.Document.GetElementById("timeline")!.TextContent);
    }

    [Fact]
    public async Task A_note_that_is_too_long_stays_in_its_field()
    {
        var (business, id, _) = await Asked();
        var note = new string('x', RequestEndpoints.LongestNote + 1);

        var page = await business.Browser.Submit(await business.Browser.Get($"/requests/{id}"), new Dictionary<string, string?> { ["note"] = note }, Form(id, "note"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal($"That is {note.Length} characters; {RequestEndpoints.LongestNote} fit.", page.Error("note"));
        Assert.Equal(note, page.Document.GetElementById("note")!.TextContent);
        var kept = await business.Browser.Submit(page, new Dictionary<string, string?> { ["note"] = "Ring twice." }, Form(id, "note"));
        Assert.Contains("Ring twice.", kept.Document.GetElementById("timeline")!.TextContent);
    }

    [Theory]
    [InlineData("reassign", "vendor", "")]
    [InlineData("reassign", "vendor", "Nobody of this name")]
    [InlineData("note", "note", "")]
    public async Task What_is_missing_is_said_beside_its_field(string action, string field, string typed)
    {
        var (business, id, _) = await Asked();

        var page = await business.Browser.Submit(await business.Browser.Get($"/requests/{id}"), new Dictionary<string, string?> { [field] = typed }, Form(id, action));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error(field));
        Assert.NotNull(page.Document.QuerySelector($"#errors a[href='#{field}']"));
    }

    [Fact]
    public async Task What_comes_too_late_is_told_kindly()
    {
        var (business, id, rivera) = await Asked();
        var page = await business.Browser.Get($"/requests/{id}");
        await business.Scope.Dispatch(id).Answer(rivera.Id, VendorAnswer.Decline, "");

        // Nobody has it by now, so nobody can be reminded.
        var late = await business.Browser.Submit(page, form: Form(id, "remind"));

        Assert.Contains("Something else happened first", late.Text);
    }

    [Fact]
    public async Task A_second_click_on_close_says_what_the_first_did()
    {
        var (business, id, _) = await Asked();
        var page = await business.Browser.Get($"/requests/{id}");

        await business.Browser.Submit(page, form: Form(id, "close"));
        var second = await business.Browser.Submit(page, form: Form(id, "close"));

        Assert.Contains("The request is closed.", second.Text);
        Assert.Single((await business.Scope.Dispatch(id).Look())!.Events, step => step.Kind == DispatchEventKind.Closed);
    }

    [Fact]
    public async Task A_mail_that_did_not_go_out_shows_and_has_a_button()
    {
        var (business, id, _) = await Asked();
        var mail = (await Sent(business, id)).Mails[0];
        await using (var database = NpgsqlDataSource.Create(desk.ConnectionString))
        await using (var park = database.CreateCommand("update outbox set status = 4, last_error = '550 no such mailbox' where id = $1"))
        {
            park.Parameters.Add(new() { Value = mail.Id });
            Assert.Equal(1, await park.ExecuteNonQueryAsync());
        }

        var page = await business.Browser.Get($"/requests/{id}");

        Assert.Contains("A mail about it did not get there.", page.Text);
        Assert.Contains("550 no such mailbox", page.Document.GetElementById("mails")!.TextContent);
        // Its text was dropped when it was sent; the page says so instead of pretending.
        var again = await business.Browser.Submit(page, form: Form(id, $"mails/{mail.Id}/again"));
        Assert.Contains("its text is no longer kept", again.Text);
    }

    private async Task<(Business Business, Guid Request, Vendor Rivera)> Asked()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");
        await business.AddRule(null, (await business.Category("Plumbing")).Id, (rivera, 20));
        return (business, await business.Send("Plumbing", "The drain is slow.", "Tom Whelan"), rivera);
    }

    private static async Task<DispatchView> Sent(Business business, Guid id)
    {
        DispatchView? view = null;
        await FrontDesk.Until(async () => (view = await business.Scope.Dispatch(id).Look())?.Mails.All(mail => mail.Status == Mail.DeliveryStatus.Sent) == true, "The mails were not sent.");
        return view!;
    }

    private static string Form(Guid id, string action) => $"form[action='/requests/{id}/{action}']";
}
