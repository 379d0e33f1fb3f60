using System.Net;
using Backsoon.Accounts;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class StatusPageTests(FrontDesk desk)
{
    [Fact, Promise("R8")]
    public async Task A_caller_follows_a_request_from_asked_to_done()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        var reference = (await door.Only()).Reference;
        Assert.Contains(reference, status.Heading);
        Assert.Equal("Asking", Word(status));
        Assert.Contains("Rivera was asked at", Now(status));
        Assert.NotNull(status.Document.QuerySelector(".timeline .next"));
        Assert.Contains("30", status.Document.Head!.QuerySelector("noscript")!.InnerHtml);

        await Answer(door, VendorAnswer.Accept);
        var accepted = await caller.Get(status.Address.ToString());
        Assert.Equal("Accepted", Word(accepted));
        Assert.Contains("Rivera has it since", Now(accepted));
        await Answer(door, VendorAnswer.OnMyWay);
        Assert.Contains("Rivera is on the way since", Now(await caller.Get(status.Address.ToString())));
        await Answer(door, VendorAnswer.Done);
        var done = await caller.Get(status.Address.ToString());
        Assert.Contains("Rivera reported it done at", Now(done));
        Assert.Null(done.Document.QuerySelector(".timeline .next"));
        Assert.Null(done.Document.Head!.QuerySelector("noscript, script"));
    }

    [Fact]
    public async Task A_caller_sees_who_gave_it_back_after_accepting()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        await Answer(door, VendorAnswer.Accept);
        await Answer(door, VendorAnswer.Decline);

        var page = await caller.Get(status.Address.ToString());

        Assert.Contains("Cole was asked at", Now(page));
        Assert.Contains("Rivera gave it back", page.Document.GetElementById("timeline")!.TextContent);
    }

    [Fact]
    public async Task Who_was_mailed_the_link_need_not_keep_the_address()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var mailed = await caller.Submit(await door.Form(caller), DeskPageTests.With(door.Typed(), "email", "maria@caller.example"));
        await Answer(door, VendorAnswer.Accept);
        mailed = await caller.Get(mailed.Address.ToString());
        Assert.Single(mailed.Document.QuerySelectorAll("#timeline li"), step => step.TextContent.Contains("The link to this page was mailed to you", StringComparison.Ordinal));
        Assert.DoesNotContain("it is the only way here", mailed.Text);
        Assert.Contains("The mail you got leads here.", mailed.Text);

        using var other = desk.Browser();
        var status = await door.Send(other);
        Assert.Contains("Keep its address: it is the only way here.", status.Text);
        Assert.DoesNotContain("mailed to you", status.Text);
    }

    [Fact]
    public async Task What_is_said_once_is_not_in_the_address_that_is_kept()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var path = (await door.Send(caller)).Address.AbsolutePath;
        var said = await caller.Get(door.Address($"{path}?photos=heic"));
        Assert.Contains("HEIC", said.Document.QuerySelector(".flash")!.TextContent);
        Assert.NotNull(said.Document.QuerySelector($"main a[href='{path}']"));
        Assert.Contains($"url={path}\"", said.Document.Head!.QuerySelector("noscript")!.InnerHtml.Replace("&quot;", "\"", StringComparison.Ordinal));
        await door.Scope.Dispatch((await door.Only()).Id).Close("", AccountId.New(desk.Clock.GetUtcNow()));
        Assert.NotNull((await caller.Get(door.Address($"{path}?photos=over"))).Document.Head!.QuerySelector("script[src*=status]"));
    }

    [Fact]
    public async Task A_caller_is_told_who_is_asked_next_and_when()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        var id = (await door.Only()).Id;
        for (var visit = 0; visit < 2; visit++)
        {
            desk.Clock.Advance(TimeSpan.FromMinutes(31));
            await door.Scope.Dispatch(id).Advance();
        }

        var later = await caller.Get(status.Address.ToString());
        Assert.Contains("Cole was asked at", Now(later));
        Assert.DoesNotContain(door.First.Email.Value, later.Body);
    }

    [Fact]
    public async Task A_link_that_is_forged_or_of_another_desk_shows_nothing()
    {
        var (door, other) = (await Doorstep.Open(desk), await Doorstep.Open(desk));
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        var path = status.Address.AbsolutePath;
        foreach (var forged in new[] { other.Address(path), door.Address($"{path}A"), door.Address(path[..^1]), door.Address("/s/x"), door.Address("/s/a.b") })
        {
            var page = await caller.Get(forged);
            Assert.Equal((HttpStatusCode.NotFound, "This link is not complete"), (page.Status, page.Heading));
            Assert.DoesNotContain("Water comes", page.Body);
        }
    }

    [Fact]
    public async Task A_link_that_is_over_says_so_and_one_without_a_request_too()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        await door.Send(caller);
        var id = (await door.Only()).Id.ToString("n");
        var over = await caller.Get(door.Address($"/s/{await door.Sign(TokenPurpose.Status, TimeSpan.FromMinutes(-1), door.Scope.Id.Value, id)}"));
        Assert.Equal((HttpStatusCode.Gone, "This link is over"), (over.Status, over.Heading));
        Assert.DoesNotContain("Water comes", over.Body);
        var never = await caller.Get(door.Address($"/s/{await door.Sign(TokenPurpose.Status, TimeSpan.FromDays(1), door.Scope.Id.Value, Guid.CreateVersion7(desk.Clock.GetUtcNow()).ToString("n"))}"));
        Assert.Equal(HttpStatusCode.NotFound, never.Status);
    }

    private static async Task Answer(Doorstep door, VendorAnswer answer) =>
        Assert.Equal(AnswerOutcome.Recorded, await door.Scope.Dispatch((await door.Stored())[0].Id).Answer(door.First.Id, answer, ""));

    private static string Word(WebPage page) => page.Document.QuerySelector("#now .pill")!.TextContent;

    private static string Now(WebPage page) => page.Document.QuerySelector("#now .lead")!.TextContent;
}
