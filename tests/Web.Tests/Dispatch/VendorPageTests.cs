using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Accounts;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class VendorPageTests(FrontDesk desk)
{
    [Fact, Promise("R8")]
    public async Task A_vendor_accepts_from_the_mail_sets_out_and_reports_it_done()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var accepted = await vendor.Submit(page, form: Button("accept"));
        Assert.Contains("You have it.", accepted.Document.QuerySelector("[role=status]")!.TextContent);
        Assert.Equal(DispatchStatus.Accepted, (await door.Only()).Status);
        var going = await vendor.Submit(accepted, form: Button("on-my-way"));
        Assert.Equal(DispatchStatus.OnTheWay, (await door.Only()).Status);
        var done = await vendor.Submit(going, new Dictionary<string, string?> { ["text"] = "New washer." }, Button("done"));
        Assert.Equal(DispatchStatus.Done, (await door.Only()).Status);
        Assert.Contains((await door.Only()).Events, e => e.Kind == DispatchEventKind.Done && e.Text == "New washer.");
        Assert.Empty(done.Document.QuerySelectorAll("form"));
    }

    [Fact]
    public async Task A_vendor_declines_with_a_reason_and_the_next_one_is_asked()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        Assert.NotEmpty(page.Document.QuerySelectorAll("form[action$='/decline'] button[name=reason]"));
        var declined = await vendor.Submit(page, new Dictionary<string, string?> { ["reason"] = "No time" }, Button("decline"));
        Assert.Contains("You passed it on", declined.Text);
        Assert.DoesNotContain("+351 912 000 000", declined.Body);
        Assert.Contains((await door.Only()).Events, e => e.Kind == DispatchEventKind.Declined && e.Text == "No time");
        Assert.Equal("Cole", (await door.Only()).With!.Name);
    }

    [Fact, Promise("R10")]
    public async Task The_page_shows_what_the_mail_may_carry_and_nothing_else()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        foreach (var shown in new[] { "Maria Duarte", "+351 912 000 000", "Water comes through the ceiling.", door.Routine.Name, door.Subject.Label, "Ana Silva" })
            Assert.Contains(shown, page.Text);
        Assert.Equal("tel:+351912000000", page.Document.QuerySelector(".facts a.call")!.GetAttribute("href"));
        foreach (var hidden in new[] { "maria@caller.example", "198.18.", door.Second.Name, door.Second.Email.Value, door.Scope.Id.Value })
            Assert.DoesNotContain(hidden, page.Body);
        Assert.Empty(page.Cookies);
    }

    [Fact]
    public async Task Opening_the_link_changes_nothing_however_often_a_scanner_does()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var before = (await door.Only()).Events;
        for (var visit = 0; visit < 5; visit++)
        {
            Assert.Equal(HttpStatusCode.OK, (await vendor.Get(page.Address.ToString())).Status);
            Assert.Equal(HttpStatusCode.OK, (await vendor.Head(page.Address.ToString())).Status);
            foreach (var form in page.Document.QuerySelectorAll("form"))
                Assert.Equal(HttpStatusCode.MethodNotAllowed, (await vendor.Get(new Uri(page.Address, form.GetAttribute("action")).ToString())).Status);
        }

        Assert.Equal(before, (await door.Only()).Events);
        Assert.Equal(DispatchStatus.Asking, (await door.Only()).Status);
    }

    [Fact]
    public async Task Who_comes_late_is_told_kindly_and_reads_no_more_of_the_caller()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        await vendor.Submit(page, new Dictionary<string, string?> { ["reason"] = "No time" }, Button("decline"));
        using var second = desk.Browser();
        await second.Submit(await second.Get(await door.LinkOf(door.Second)), form: Button("accept"));
        var late = await vendor.Submit(page, form: Button("accept"));
        Assert.Contains("Somebody else was a little quicker", late.Text);
        Assert.DoesNotContain("+351 912 000 000", late.Body);
        Assert.Empty(late.Document.QuerySelectorAll("form"));
        Assert.Equal("Cole", (await door.Only()).With!.Name);
    }

    [Fact]
    public async Task Who_had_it_when_the_owner_gave_it_to_somebody_else_reads_so()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        await vendor.Submit(page, form: Button("accept"));
        await door.Scope.Dispatch((await door.Only()).Id).Reassign(door.Second.Id, AccountId.New(desk.Clock.GetUtcNow()));
        var given = await vendor.Get(page.Address.ToString());
        Assert.Equal("With somebody else", given.Document.QuerySelector(".pill")!.TextContent);
        Assert.Contains("Harbour & Lane has given it to somebody else", given.Text);
        Assert.Contains("It was given to somebody else in the meantime.", (await vendor.Submit(page, form: Button("accept"))).Document.QuerySelector("[role=status]")!.TextContent);
    }

    [Fact]
    public async Task A_decline_after_it_was_reported_done_is_answered()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var accepted = await vendor.Submit(page, form: Button("accept"));
        await vendor.Submit(accepted, form: Button("done"));
        var late = await vendor.Submit(accepted, form: Button("decline"));
        Assert.Contains("You had reported it done before, so it was not passed on.", late.Document.QuerySelector("[role=status]")!.TextContent);
        Assert.Equal(DispatchStatus.Done, (await door.Only()).Status);
    }

    [Fact]
    public async Task A_double_press_is_one_answer()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => vendor.Submit(page, form: Button("accept"), follow: false)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        Assert.Single((await door.Only()).Events, e => e.Kind == DispatchEventKind.Accepted);
    }

    [Fact, Promise("R11")]
    public async Task Every_changed_character_of_a_token_is_refused()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var see = page.Address.AbsolutePath["/v/".Length..];
        var accept = Token(page, "accept");
        for (var at = 0; at < see.Length; at++)
            Assert.Equal(HttpStatusCode.NotFound, (await vendor.Get(door.Address($"/v/{Changed(see, at)}"))).Status);
        for (var at = 0; at < accept.Length; at++)
            Assert.Equal(HttpStatusCode.Forbidden, (await Press(vendor, door, see, "accept", Changed(accept, at))).Status);
        Assert.Equal(DispatchStatus.Asking, (await door.Only()).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await Press(vendor, door, see, "accept", accept)).Status);
    }

    [Fact, Promise("R11")]
    public async Task A_token_is_good_for_its_one_action_request_vendor_and_desk()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var (other, stranger, otherPage) = await Asked();
        using var __ = stranger;
        var see = page.Address.AbsolutePath["/v/".Length..];
        var otherSee = otherPage.Address.AbsolutePath["/v/".Length..];
        var id = (await door.Only()).Id.ToString("n");
        foreach (var (path, action, token) in new[]
        {
            (see, "accept", Token(page, "decline")), (see, "decline", Token(page, "accept")), (see, "accept", see), (see, "accept", ""), (see, "accept", Token(otherPage, "accept")), (otherSee, "accept", Token(otherPage, "accept")),
            (see, "accept", await door.Sign(TokenPurpose.Accept, TimeSpan.FromDays(1), door.Scope.Id.Value, id, door.Second.Id.ToString("n"))),
            (see, "accept", await door.Sign(TokenPurpose.Accept, TimeSpan.FromDays(1), door.Scope.Id.Value, Guid.CreateVersion7(desk.Clock.GetUtcNow()).ToString("n"), door.First.Id.ToString("n"))),
        })
            Assert.Equal(HttpStatusCode.Forbidden, (await Press(vendor, door, path, action, token)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Press(vendor, door, see, "close", Token(page, "accept"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await vendor.Get(other.Address($"/v/{see}"))).Status);
        Assert.Equal(DispatchStatus.Asking, (await door.Only()).Status);
        Assert.Equal(DispatchStatus.Asking, (await other.Only()).Status);
    }

    [Fact]
    public async Task A_link_that_is_over_is_explained()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var id = (await door.Only()).Id.ToString("n");
        Task<string> Old(string purpose) => door.Sign(purpose, TimeSpan.FromMinutes(-1), door.Scope.Id.Value, id, door.First.Id.ToString("n"));
        var over = await vendor.Get(door.Address($"/v/{await Old(TokenPurpose.See)}"));
        Assert.Equal((HttpStatusCode.Gone, "This link is over"), (over.Status, over.Heading));
        Assert.DoesNotContain("Maria", over.Body);
        Assert.Equal(HttpStatusCode.Gone, (await Press(vendor, door, page.Address.AbsolutePath["/v/".Length..], "accept", await Old(TokenPurpose.Accept))).Status);
        Assert.Equal(DispatchStatus.Asking, (await door.Only()).Status);
    }

    [Fact]
    public async Task A_button_pressed_from_another_site_is_refused()
    {
        var (door, vendor, page) = await Asked();
        using var _ = vendor;
        var fields = new[] { KeyValuePair.Create("_token", Token(page, "accept")) };
        Assert.Equal(HttpStatusCode.Forbidden, (await vendor.Post($"{page.Address}/accept", fields, fetchSite: "cross-site")).Status);
        Assert.Equal(DispatchStatus.Asking, (await door.Only()).Status);
    }

    private async Task<(Doorstep Door, Browser Vendor, WebPage Page)> Asked()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        await caller.Submit(await door.Form(caller), DeskPageTests.With(door.Typed(), "email", "maria@caller.example"));
        var vendor = desk.Browser();
        return (door, vendor, await vendor.Get(await door.LinkOf(door.First)));
    }

    private static string Button(string action) => $"form[action$='/{action}']";

    private static string Token(WebPage page, string action) => page.Document.QuerySelector<IHtmlInputElement>($"{Button(action)} input[name=_token]")!.Value;

    private static Task<WebPage> Press(Browser vendor, Doorstep door, string see, string action, string token) =>
        vendor.Post(door.Address($"/v/{see}/{action}"), [KeyValuePair.Create("_token", token)], follow: false);

    private static string Changed(string token, int at) => string.Concat(token.AsSpan(0, at), token[at] == 'A' ? "B" : "A", token.AsSpan(at + 1));
}
