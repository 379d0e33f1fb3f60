using System.Net;
using Backsoon.Accounts;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class DeskClosedPageTests(FrontDesk desk)
{
    [Fact, Promise("R5")]
    public async Task A_paused_page_takes_nothing_says_so_at_once_and_names_the_telephone()
    {
        var door = await Doorstep.Open(desk);
        await door.Settings(s => s with { EmergencyPhone = "+351 21 000 00 00" });
        using var caller = desk.Browser();
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(door.Address())).Status);

        await door.Scope.Tenant().Pause(true);

        var page = await caller.Get(door.Address());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Equal("86400", page.Header("Retry-After"));
        Assert.Contains("No requests are taken here at the moment", page.Text);
        Assert.Equal("tel:+351210000000", page.Document.QuerySelector("a.call")!.GetAttribute("href"));
        Assert.Empty(page.Document.QuerySelectorAll("form"));
        foreach (var word in new[] { "bill", "paid", "pay", "subscription", "trial" })
            Assert.DoesNotContain(word, page.Text[(page.Text.IndexOf(page.Heading, StringComparison.Ordinal) + page.Heading.Length)..], StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await caller.Get(door.Address("/book"))).Status);
        var frame = await caller.Get(door.Address("/embed"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, frame.Status);
        Assert.Contains("frame-ancestors *", frame.Header("Content-Security-Policy"));

        await door.Scope.Tenant().Pause(false);
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(door.Address())).Status);
    }

    [Fact]
    public async Task Who_was_typing_when_it_paused_is_not_taken_and_keeps_their_words()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        await door.Scope.Tenant().Pause(true);
        var answer = await caller.Submit(form, door.Typed("The boiler <b>hums</b>."));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("The boiler <b>hums</b>.", answer.Document.QuerySelector("blockquote")!.TextContent);
        Assert.Empty(await door.Stored());
    }

    [Fact]
    public async Task What_is_under_way_goes_on_while_it_is_paused_and_stops_once_it_is_closed()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        var link = await door.LinkOf(door.First);
        var token = await door.Sign(TokenPurpose.Status, TimeSpan.FromDays(1), door.Scope.Id.Value, (await door.Only()).Id.ToString("n"));

        await door.Scope.Tenant().Pause(true);
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(status.Address.ToString())).Status);
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(door.Address($"/s/{token}"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(link)).Status);

        await door.Scope.Tenant().Close(true);
        foreach (var address in new[] { door.Address(), status.Address.ToString(), link, door.Address("/book") })
        {
            var closed = await caller.Get(address);
            Assert.Equal((address, HttpStatusCode.Gone), (address, closed.Status));
            Assert.Contains("This page is closed", closed.Text);
        }

        // Whatever was on its way to somebody waits, too.
        Assert.Equal(AnswerOutcome.Unknown, await door.Scope.Dispatch((await door.Only()).Id).Answer(door.First.Id, VendorAnswer.Accept, ""));

        await door.Scope.Tenant().Close(false);
        await door.Scope.Tenant().Pause(false);
        Assert.Equal(HttpStatusCode.OK, (await caller.Get(link)).Status);
        Assert.Equal(AnswerOutcome.Recorded, await door.Scope.Dispatch((await door.Only()).Id).Answer(door.First.Id, VendorAnswer.Accept, ""));
    }
}
