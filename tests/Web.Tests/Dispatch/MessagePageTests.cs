using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class MessagePageTests(FrontDesk desk)
{
    [Fact]
    public async Task Caller_and_vendor_talk_through_the_desk()
    {
        var (door, caller, status, vendor, page) = await Accepted();
        using var _ = caller;
        using var __ = vendor;

        var write = await caller.Get(new Uri(status.Address, status.Document.QuerySelector("a[href$='/write']")!.GetAttribute("href")).ToString());
        Assert.Null(write.Document.Head!.QuerySelector("noscript, script"));
        var sent = await caller.Submit(write, new Dictionary<string, string?> { ["text"] = "The key is with the porter." });
        Assert.Contains("Your message is with Rivera now.", sent.Text);
        Assert.Contains("You wrote", sent.Document.GetElementById("timeline")!.TextContent);
        Assert.Contains("The key is with the porter.", (await desk.MailTo(door.First.Email.Value, saying: "porter")).Text);

        page = await vendor.Get(page.Address.GetLeftPart(UriPartial.Path));
        Assert.Contains("Maria Duarte wrote", page.Document.GetElementById("messages")!.TextContent);
        var answered = await vendor.Submit(page, new Dictionary<string, string?> { ["message"] = "I am there at four.", ["to"] = "caller" }, Write);
        Assert.Contains("Your message is on its way by mail.", answered.Text);
        Assert.Contains("You wrote to Maria Duarte", answered.Document.GetElementById("messages")!.TextContent);
        var mail = await desk.MailTo("maria@caller.example", saying: "I am there at four.");
        Assert.Null(mail.ReplyTo);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.Contains("Rivera wrote", (await caller.Get(status.Address.ToString())).Document.GetElementById("timeline")!.TextContent);
        foreach (var body in new[] { answered.Body, sent.Body, mail.Text, mail.Html })
            Assert.DoesNotContain(door.First.Email.Value, body);
        Assert.DoesNotContain("maria@caller.example", answered.Body);
        Assert.Empty(sent.Cookies.Concat(answered.Cookies));
    }

    [Fact]
    public async Task The_owner_writes_to_either_and_a_vendor_answers_the_business_alone()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing", $"rivera@{business.Owner.Slug}.example");
        await business.AddRule(null, null, (rivera, 60));
        var id = await business.Send("Plumbing");
        await business.Scope.Dispatch(id).Answer(rivera.Id, VendorAnswer.Accept, "");
        var form = $"form[action='/requests/{id}/message']";

        var page = await business.Browser.Submit(await business.Browser.Get($"/requests/{id}"), new Dictionary<string, string?> { ["to"] = rivera.Id.ToString(), ["message"] = "Invoice it to us." }, form);
        Assert.Contains("Ana Silva wrote to Rivera Plumbing", page.Document.GetElementById("timeline")!.TextContent);
        page = await business.Browser.Submit(page, new Dictionary<string, string?> { ["to"] = "caller", ["message"] = "They come at four." }, form);
        Assert.Contains("The message waits on the page", page.Text);
        Assert.Contains("Ana Silva wrote to Joana Reis", page.Document.GetElementById("timeline")!.TextContent);

        using var vendor = desk.Browser();
        var link = (await desk.MailTo(rivera.Email.Value, saying: "Invoice it to us.")).Text.Split('\n').Single(line => line.Contains("/v/", StringComparison.Ordinal));
        var talk = await vendor.Get(link);
        Assert.Contains("Ana Silva of", talk.Document.GetElementById("messages")!.TextContent);
        Assert.DoesNotContain("They come at four.", talk.Body);
        Assert.Contains("No mail address was left", talk.Text);
        Assert.True(talk.Document.QuerySelector<IHtmlInputElement>("input[name=to][value=business]")!.IsChecked);
        await vendor.Submit(talk, new Dictionary<string, string?> { ["message"] = "Will do." }, Write);
        Assert.Contains("Will do.", (await desk.MailTo(business.Owner.Email, saying: "Will do.")).Text);
        Assert.DoesNotContain((await business.Scope.Dispatch(id).LookAsCaller())!.Events, e => e.Text == "Will do.");
    }

    [Fact]
    public async Task What_is_wrong_with_a_message_is_said_beside_it_and_the_text_stays()
    {
        var (_, caller, status, vendor, page) = await Accepted();
        using var _ = caller;
        using var __ = vendor;
        var write = await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write");
        var tooLong = new string('x', MessageOutcome.MaxText + 1);
        foreach (var (typed, error) in new[] { ("", "Type your message."), (tooLong, "Shorten it to 2,000 characters; it has 2,001.") })
        {
            var again = await caller.Submit(write, new Dictionary<string, string?> { ["text"] = typed });
            Assert.Equal((HttpStatusCode.UnprocessableEntity, error, typed), (again.Status, again.Error("text"), again.Document.GetElementById("text")!.TextContent));
            var vendorAgain = await vendor.Submit(page, new Dictionary<string, string?> { ["message"] = typed, ["to"] = "business" }, Write);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, error, typed), (vendorAgain.Status, vendorAgain.Error("message"), vendorAgain.Document.GetElementById("message")!.TextContent));
            Assert.True(vendorAgain.Document.QuerySelector<IHtmlInputElement>("input[value=business]")!.IsChecked);
        }
    }

    [Fact]
    public async Task A_double_click_is_one_message_and_changed_words_are_offered_as_a_second()
    {
        var (door, caller, status, vendor, _) = await Accepted();
        using var _1 = caller;
        using var _2 = vendor;
        var write = await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => caller.Submit(write, new Dictionary<string, string?> { ["text"] = "Ring twice." }, follow: false)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        var other = await caller.Submit(write, new Dictionary<string, string?> { ["text"] = "Knock." });
        Assert.Equal(HttpStatusCode.Conflict, other.Status);
        Assert.Single((await door.Only()).Events, e => e.Kind == DispatchEventKind.CallerWrote);
        await caller.Submit(other);
        Assert.Equal(["Ring twice.", "Knock."], (await door.Only()).Events.Where(e => e.Kind == DispatchEventKind.CallerWrote).Select(e => e.Text));
    }

    [Fact, Promise("R11")]
    public async Task A_token_that_is_changed_foreign_or_of_another_purpose_writes_nothing()
    {
        var (door, caller, status, vendor, page) = await Accepted();
        using var _ = caller;
        using var __ = vendor;
        var (id, tenant) = ((await door.Only()).Id.ToString("n"), door.Scope.Id.Value);
        var (statusPath, vendorPath) = ($"{status.Address.GetLeftPart(UriPartial.Path)}/write", $"{page.Address.GetLeftPart(UriPartial.Path)}/write");
        var own = (await caller.Get(statusPath)).Document.QuerySelector<IHtmlInputElement>("input[name=_token]")!.Value;
        var vendors = page.Document.QuerySelector<IHtmlInputElement>($"{Write} input[name=_token]")!.Value;
        var message = Guid.CreateVersion7(desk.Clock.GetUtcNow()).ToString("n");
        async Task<string> Made(string purpose, params string[] parts) => await door.Sign(purpose, TimeSpan.FromHours(1), parts);
        foreach (var forged in new[]
        {
            "", "x.y", own[1..], $"{own}A", vendors, status.Address.AbsolutePath[3..], await Made(TokenPurpose.CallerMessage, tenant, message, "", message), await Made(TokenPurpose.CallerMessage, "tenant_x", id, "", message),
            await Made(TokenPurpose.Status, tenant, id, "", message),
        })
            Assert.Equal(HttpStatusCode.Forbidden, (await Post(caller, statusPath, forged, "text")).Status);
        foreach (var forged in new[] { "", own, $"{vendors}A", await Made(TokenPurpose.VendorMessage, tenant, id, door.Second.Id.ToString("n"), message), await Made(TokenPurpose.Accept, tenant, id, door.First.Id.ToString("n"), message) })
            Assert.Equal(HttpStatusCode.Forbidden, (await Post(vendor, vendorPath, forged, "message")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(caller, $"{status.Address.GetLeftPart(UriPartial.Path)}A/write", own, "text")).Status);
        var fields = new[] { KeyValuePair.Create(PublicForm.Field, own), KeyValuePair.Create("text", "Hello") };
        Assert.Equal(HttpStatusCode.Forbidden, (await caller.Post(statusPath, fields, fetchSite: "cross-site")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await vendor.Post(vendorPath, fields, fetchSite: "same-site")).Status);
        Assert.DoesNotContain((await door.Only()).Events, e => e.Message is not null);
    }

    [Fact]
    public async Task A_form_that_was_open_for_a_day_comes_back_with_its_text()
    {
        var (door, caller, status, vendor, _) = await Accepted();
        using var _1 = caller;
        using var _2 = vendor;
        var path = $"{status.Address.GetLeftPart(UriPartial.Path)}/write";
        var old = await door.Sign(TokenPurpose.CallerMessage, TimeSpan.FromMinutes(-1), door.Scope.Id.Value, (await door.Only()).Id.ToString("n"), "", Guid.CreateVersion7(desk.Clock.GetUtcNow()).ToString("n"));
        var again = await Post(caller, path, old, "text");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Hello there"), (again.Status, again.Document.GetElementById("text")!.TextContent));
        Assert.Equal(HttpStatusCode.SeeOther, (await caller.Submit(again, follow: false)).Status);
    }

    [Fact, Promise("R28")]
    public async Task More_than_a_person_writes_is_refused_with_the_text_kept()
    {
        var (_, caller, status, vendor, _) = await Accepted();
        using var _1 = caller;
        using var _2 = vendor;
        WebPage last = status;
        for (var i = 0; i <= 10; i++)
            last = await caller.Submit(await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write"), new Dictionary<string, string?> { ["text"] = $"Number {i}" });
        Assert.Equal((HttpStatusCode.TooManyRequests, "Number 10"), (last.Status, last.Document.GetElementById("text")!.TextContent));
        Assert.InRange(int.Parse(last.Header("Retry-After")!), 3000, 3600);
    }

    [Fact]
    public async Task A_closed_request_takes_no_more_and_says_where_to_go()
    {
        var (door, caller, status, vendor, page) = await Accepted();
        using var _ = caller;
        using var __ = vendor;
        var write = await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write");
        await door.Scope.Dispatch((await door.Only()).Id).Answer(door.First.Id, VendorAnswer.Decline, "");
        var late = await vendor.Submit(page, new Dictionary<string, string?> { ["message"] = "Wait for me.", ["to"] = "caller" }, Write);
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("has not been sent", late.Text);
        Assert.Equal("Wait for me.", late.Document.GetElementById("message")!.TextContent);
        Assert.DoesNotContain("+351 912 000 000", late.Body);
        Assert.NotEqual(HttpStatusCode.NotFound, write.Status);
    }

    [Theory]
    [MemberData(nameof(DeskAbuseTests.Hostile), MemberType = typeof(DeskAbuseTests))]
    public async Task Hostile_words_are_shown_as_words(string text)
    {
        var (door, caller, status, vendor, page) = await Accepted();
        using var _ = caller;
        using var __ = vendor;
        var sent = await caller.Submit(await caller.Get($"{status.Address.GetLeftPart(UriPartial.Path)}/write"), new Dictionary<string, string?> { ["text"] = text });
        var kept = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\0', '\uFFFD').Replace("\uD83D of", "\uFFFD of", StringComparison.Ordinal);
        Assert.Equal(kept, sent.Document.QuerySelector("#timeline .words")!.TextContent);
        var read = await vendor.Get(page.Address.GetLeftPart(UriPartial.Path));
        Assert.Equal(kept, read.Document.QuerySelector(".talk .words")!.TextContent);
        Assert.Empty(read.Document.QuerySelectorAll("main script, main img, main [onerror], .words b, .talk h1"));
        var mail = await desk.MailTo(door.First.Email.Value, saying: "has written to you");
        Assert.Equal(door.First.Email.Value, mail.To);
        Assert.DoesNotContain('\n', mail.Subject);
    }

    private const string Write = "form[action$='/write']";

    private static Task<WebPage> Post(Browser browser, string address, string token, string field) =>
        browser.Post(address, [KeyValuePair.Create(PublicForm.Field, token), KeyValuePair.Create(field, "Hello there")], follow: false);

    private async Task<(Doorstep Door, Browser Caller, WebPage Status, Browser Vendor, WebPage Page)> Accepted()
    {
        var door = await Doorstep.Open(desk);
        var (caller, vendor) = (desk.Browser(), desk.Browser());
        var status = await caller.Submit(await door.Form(caller), DeskPageTests.With(door.Typed(), "email", "maria@caller.example"));
        var page = await vendor.Submit(await vendor.Get(await door.LinkOf(door.First)), form: "form[action$='/accept']");
        return (door, caller, status, vendor, page);
    }
}
