using System.Net;
using System.Text.RegularExpressions;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed partial class WhoTestPageTests(FrontDesk desk)
{
    private const string Form = "#test form";

    [Fact]
    public async Task A_test_sent_from_the_page_is_marked_wherever_it_shows()
    {
        var business = await Business.Open(desk);
        var vendor = await business.AddVendor("Rivera Plumbing", $"rivera@{business.Owner.Slug}.example");
        await business.AddRule(null, null, (vendor, 20));
        var leak = await business.Category("Water leak");
        var before = (await desk.MailsTo(business.Owner.Email)).Select(mail => mail.Id).ToArray();
        var page = await business.Browser.Get($"/rules/who?category={leak.Id}");
        Assert.Empty((await business.Scope.History().Read(HistoryFilter.All, null, 10)).Slips);

        var request = await business.Browser.Submit(page, new Dictionary<string, string?> { ["text"] = "Does it ring?" }, Form);

        var test = Assert.Single((await business.Scope.History().Read(HistoryFilter.All, null, 10)).Slips);
        Assert.Equal($"/requests/{test.Id}", request.Address.AbsolutePath);
        Assert.Contains("The test is on its way.", request.Text);
        Assert.Contains(TestRequest.ToOwner, request.Text);
        Assert.Equal(("Ana Silva", "Does it ring?"), (test.CallerName, test.Text));
        Assert.Equal("Test", request.Document.QuerySelector("#now .pill.test")!.TextContent);
        var board = await business.Browser.Get("/");
        Assert.Single(board.Document.QuerySelectorAll(".slip .pill.test"));
        Assert.Contains("Nothing is open but 1 test.", board.Text);
        Assert.Single((await business.Browser.Get("/history?q=ring")).Document.QuerySelectorAll("td .pill.test"));
        Assert.Contains($",yes,{test.Id}\r\n", (await business.Browser.Get("/history/export.csv")).Body);

        var (asked, heard) = (await desk.MailTo(vendor.Email.Value), await desk.MailTo(business.Owner.Email, before, "has your request"));
        Assert.All(new[] { asked, heard }, mail => Assert.StartsWith("[Test] ", mail.Subject));
        using var other = desk.Browser();
        foreach (var (mail, path) in new[] { (asked, "/v/"), (asked, "/vendor/"), (heard, "/s/") })
        {
            var seen = await other.Get(Links().Matches(mail.Text).Select(link => link.Value).First(link => link.Contains(path)));
            Assert.Equal((path, HttpStatusCode.OK), (path, seen.Status));
            Assert.Single(seen.Document.QuerySelectorAll(".pill.test"));
            Assert.True(path == "/vendor/" || seen.Text.Contains("Nobody needs help, and nothing has to be done on site.", StringComparison.Ordinal), path);
        }

        Assert.Equal("Test", (await other.Submit(await other.Get(Links().Matches(asked.Text)[0].Value), form: "form[action$='/accept']")).Document.QuerySelector(".pill.test")!.TextContent);
        Assert.Equal(DispatchStatus.Accepted, (await business.Scope.Dispatch(test.Id).Look())!.Status);
        Assert.Empty((await business.Scope.Numbers().Read(30)).Vendors);
    }

    [Fact]
    public async Task Pressing_many_times_makes_one()
    {
        var business = await Business.Open(desk);
        var page = await business.Browser.Get($"/rules/who?category={(await business.Category("Plumbing")).Id}");
        // To the beginning of a minute, so that all presses are within it.
        desk.Clock.Advance(TimeSpan.FromSeconds(60 - desk.Clock.GetUtcNow().Second));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => business.Browser.Submit(page, form: Form, follow: false)));
        Assert.Equal("/requests", Assert.Single(answers.Select(answer => answer.Header("Location")).Distinct())![..9]);
        var elsewhere = await business.Browser.Get($"/rules/who?category={(await business.Category("Locks and keys")).Id}");
        Assert.Contains("The test is on its way.", (await business.Browser.Submit(elsewhere, form: Form)).Text);
        Assert.Equal(2, (await business.Scope.History().Read(HistoryFilter.All, null, 10)).Slips.Length);
    }

    [Fact]
    public async Task One_more_within_a_minute_leads_to_the_one_that_is_there()
    {
        var business = await Business.Open(desk);
        var page = await business.Browser.Get($"/rules/who?category={(await business.Category("Plumbing")).Id}");
        var more = new Dictionary<string, string?> { ["text"] = "Once more" };
        // Towards the end of a minute, so that the second falls into the next one.
        desk.Clock.Advance(TimeSpan.FromSeconds(50 + 60 - desk.Clock.GetUtcNow().Second));
        await business.Browser.Submit(page, form: Form);
        desk.Clock.Advance(TimeSpan.FromSeconds(15));

        var soon = await business.Browser.Submit(page, more, Form);
        Assert.Contains("This test was sent less than a minute ago", soon.Text);
        Assert.Contains(WhoEndpoints.UsualText, soon.Text);

        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("Once more", (await business.Browser.Submit(page, more, Form)).Text);
        Assert.Equal(2, (await business.Scope.History().Read(HistoryFilter.All, null, 10)).Slips.Length);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_said_and_stays()
    {
        var business = await Business.Open(desk);
        var leak = await business.Category("Water leak");
        var page = await business.Browser.Get($"/rules/who?category={leak.Id}&at=2030-01-06T12:00");
        var lines = string.Join("\r\n", Enumerable.Repeat("All work", 100));

        var refused = await business.Browser.Submit(page, new Dictionary<string, string?> { ["text"] = lines }, Form);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Error("text"));
        Assert.Equal(lines.ReplaceLineEndings("\n"), refused.Document.QuerySelector("textarea")!.TextContent);
        Assert.Equal("2030-01-06T12:00", refused.Document.GetElementById("at")!.GetAttribute("value"));
        Assert.NotNull((await business.Browser.Submit(page, new Dictionary<string, string?> { ["category"] = "" }, Form)).Error("category"));
        await business.Scope.Directory().PutCategory(leak with { Active = false });
        Assert.NotNull((await business.Browser.Submit(page, form: Form)).Error("category"));
        Assert.Empty((await business.Scope.History().Read(HistoryFilter.All, null, 10)).Slips);
    }

    [Fact]
    public async Task Nothing_a_caller_sends_makes_a_test()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var typed = door.Typed();
        foreach (var field in new[] { "test", "is_test", "isTest", "IsTest", "Test" })
            typed[field] = "true";

        var status = await caller.Submit(await door.Form(caller, "/?test=true&is_test=true"), typed);

        Assert.Empty(status.Document.QuerySelectorAll(".pill.test"));
        Assert.False((await door.Only()).IsTest);
        Assert.DoesNotContain("[Test]", (await desk.MailTo(door.First.Email.Value)).Subject);
        var token = status.Document.QuerySelector($"input[name={PublicForm.Field}]")?.GetAttribute("value") ?? "";
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Post(door.Address("/rules/who/test"), [KeyValuePair.Create(PublicForm.Field, token), KeyValuePair.Create("category", $"{door.Routine.Id}")], follow: false)).Status);
        Assert.Single(await door.Stored());
    }

    [Fact]
    public async Task What_makes_a_test_for_its_owner_makes_none_at_the_desk()
    {
        var business = await Business.Open(desk);
        var page = await business.Browser.Get($"/rules/who?category={(await business.Category("Water leak")).Id}");

        Assert.Equal(HttpStatusCode.NotFound, (await Sent(desk.Site.Desk(business.Owner.Slug, "/rules/who/test"))).Status);
        Assert.Empty((await business.Scope.History().Read(HistoryFilter.All, null, 10)).Slips);
        Assert.Equal(HttpStatusCode.SeeOther, (await Sent("/rules/who/test")).Status);
        Assert.Single((await business.Scope.History().Read(HistoryFilter.All, null, 10)).Slips);

        Task<WebPage> Sent(string address) => business.Browser.Post(address, Browser.Filled(page, new Dictionary<string, string?> { ["text"] = "Does it ring?" }, Form), follow: false);
    }

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Links();
}
