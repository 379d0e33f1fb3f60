using System.Net;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class BoardPageTests(FrontDesk desk)
{
    [Fact]
    public async Task An_empty_board_says_what_to_do_first()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Get("/");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Your board fills itself", page.Text);
        Assert.NotNull(page.Document.QuerySelector("main a[href='/vendors/new']"));
        Assert.NotNull(page.Document.QuerySelector("main a[href='/page']"));
        Assert.NotNull(page.Document.QuerySelector($"main a[href='{desk.Site.Desk(business.Owner.Slug)}']"));
        Assert.NotNull(page.Document.QuerySelector("main a[href='/rules/who']"));
        Assert.True(page.Document.QuerySelector(".columns")!.HasAttribute("hidden"));
    }

    [Fact]
    public async Task While_nothing_is_open_it_says_that_there_are_holes()
    {
        var business = await Business.Open(desk);
        const string hole = "main a[href='/coverage']";
        Assert.Null((await business.Browser.Get("/")).Document.QuerySelector(hole));
        var vendor = await business.AddVendor("Rivera Plumbing");
        Assert.Matches(@"\d+ things could leave a request with nobody but you", (await business.Browser.Get("/")).Text);
        await business.AddRule(null, null, (vendor, 20));
        Assert.Null((await business.Browser.Get("/")).Document.QuerySelector(hole));

        await business.Scope.Directory().PutVendor(vendor with { Active = false });
        Assert.Null((await business.Browser.Get("/")).Document.QuerySelector(hole));
        await business.AddVendor("Cole & Sons");
        var page = await business.Browser.Get("/");
        Assert.NotNull(page.Document.QuerySelector(hole));
        var id = await business.Send("Plumbing");
        Assert.Null((await business.Browser.Get("/")).Document.QuerySelector(hole));
        await business.Scope.Dispatch(id).Close("", (await business.Scope.Tenant().Profile())!.Members[0]);
        desk.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Contains("could leave a request", (await business.Browser.Get("/board/slips")).Text);
    }

    [Fact]
    public async Task Slips_stand_in_the_column_of_their_status()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");
        await business.AddRule(null, (await business.Category("Plumbing")).Id, (rivera, 20));
        var asking = await business.Send("Plumbing");
        var accepted = await business.Send("Plumbing");
        await business.Scope.Dispatch(accepted).Answer(rivera.Id, VendorAnswer.Accept, "");
        var done = await business.Send("Plumbing");
        await business.Scope.Dispatch(done).Answer(rivera.Id, VendorAnswer.Accept, "");
        await business.Scope.Dispatch(done).Answer(rivera.Id, VendorAnswer.Done, "");
        var yours = await business.Send("Locks and keys");

        var page = await business.Browser.Get("/");

        Assert.Equal([yours], Column(page, "yours"));
        Assert.Equal([asking], Column(page, "asking"));
        Assert.Equal([accepted], Column(page, "under-way"));
        Assert.Equal([done], Column(page, "done"));
        Assert.Contains("3 open requests, 1 needs you.", page.Text);
    }

    [Fact]
    public async Task A_slip_says_what_where_who_has_it_and_until_when()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");
        var subject = await business.AddSubject("Mill Lane 4");
        await business.AddRule(null, (await business.Category("Water leak")).Id, (rivera, 20));
        var before = desk.Clock.GetUtcNow();
        var id = await business.Send("Water leak", "Water comes through the ceiling.", subject: subject.Id);

        var slip = (await business.Browser.Get("/")).Document.QuerySelector(".slip")!;

        Assert.Equal("Asking", slip.QuerySelector(".pill")!.TextContent);
        Assert.Equal("Water leak, Mill Lane 4", slip.QuerySelector("h3")!.TextContent.Trim());
        Assert.Contains("Water comes through the ceiling.", slip.TextContent);
        Assert.Contains((await business.Scope.Dispatch(id).Look())!.Reference, slip.TextContent);
        Assert.Contains("Rivera Plumbing has until", slip.TextContent);
        // The end of the wait, not the reminder at half of it.
        var until = DateTimeOffset.Parse(slip.QuerySelector("time")!.GetAttribute("datetime")!, null);
        Assert.InRange(until - before, TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(21));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(70)]
    public async Task However_many_there_are_the_board_counts_them(int count)
    {
        var business = await Business.Open(desk);
        await business.SendMany(count, "Locks and keys");

        var page = await business.Browser.Get("/");

        Assert.Equal(Math.Min(count, 60), Column(page, "yours").Length);
        Assert.Equal($"Needs you {count}", page.Document.GetElementById("column-yours")!.TextContent);
        Assert.Equal(count > 60, page.Text.Contains("10 more in the history"));
    }

    [Fact]
    public async Task Urgent_ones_come_first()
    {
        var business = await Business.Open(desk);
        var routine = await business.Send("Locks and keys");
        var urgent = await business.Send("Water leak");

        Assert.Equal([urgent, routine], Column(await business.Browser.Get("/"), "yours"));
    }

    [Fact]
    public async Task What_a_caller_typed_is_text_and_not_markup()
    {
        var business = await Business.Open(desk);
        await business.Send("Locks and keys", "<script>alert(1)</script> {{7*7}} \u202Eevil", "<b>Mallory</b>");

        var page = await business.Browser.Get("/");

        Assert.DoesNotContain("<script>alert", page.Body);
        Assert.Contains("<script>alert(1)</script> {{7*7}} \u202Eevil", page.Document.QuerySelector(".slip-text")!.TextContent);
    }

    [Fact]
    public async Task The_part_that_is_swapped_in_is_the_part_of_the_page()
    {
        var business = await Business.Open(desk);
        await business.Send("Locks and keys");

        var page = await business.Browser.Get("/");
        var part = await business.Browser.Get("/board/slips");

        Assert.Null(part.Document.QuerySelector("h1"));
        Assert.Equal(page.Document.GetElementById("board")!.OuterHtml, part.Document.GetElementById("board")!.OuterHtml);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/board/slips")]
    [InlineData("/board/events")]
    public async Task Somebody_not_signed_in_is_led_to_the_sign_in(string path)
    {
        var page = await desk.Browser().Get(path, follow: false);

        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.StartsWith("/sign-in", page.Header("Location"));
    }

    private static Guid[] Column(WebPage page, string key) =>
        [.. page.Document.QuerySelectorAll($"section[aria-labelledby='column-{key}'] .slip a").Select(link => Guid.Parse(link.GetAttribute("href")!["/requests/".Length..]))];
}
