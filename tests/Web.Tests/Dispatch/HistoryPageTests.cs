using System.Net;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class HistoryPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Without_requests_it_says_what_will_be_here()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Get("/history");

        Assert.Contains("No requests yet", page.Text);
        Assert.NotNull(page.Document.QuerySelector("main a[href='/page']"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(120)]
    public async Task Every_request_is_listed_once_newest_first(int count)
    {
        var business = await Business.Open(desk);
        var sent = await business.SendMany(count, "Locks and keys");

        var (listed, pages) = (new List<Guid>(), 0);
        for (var next = "/history"; next is not null && pages < 10; pages++)
        {
            var page = await business.Browser.Get(next);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            listed.AddRange(Listed(page));
            next = page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(sent.Reverse(), listed);
        Assert.Equal((count + 49) / 50, pages);
    }

    [Fact]
    public async Task Each_filter_leaves_what_fits()
    {
        var business = await Business.Open(desk);
        var (rivera, subject) = (await business.AddVendor("Rivera Plumbing"), await business.AddSubject("Mill Lane 4"));
        var plumbing = await business.Category("Plumbing");
        await business.AddRule(null, plumbing.Id, (rivera, 20));
        var leak = await business.Send("Water leak", "The ceiling drips.", "Ana Duarte");
        var drain = await business.Send("Plumbing", "The drain is slow.", "Tom Whelan", subject.Id);

        Assert.Equal([leak], await Filtered(business, "urgent=yes"));
        Assert.Equal([drain], await Filtered(business, "urgent=no"));
        Assert.Equal([drain], await Filtered(business, "status=asking"));
        Assert.Equal([leak], await Filtered(business, "status=needs-you"));
        Assert.Equal([drain], await Filtered(business, $"category={plumbing.Id}"));
        Assert.Equal([drain], await Filtered(business, $"subject={subject.Id}"));
        Assert.Equal([drain], await Filtered(business, $"vendor={rivera.Id}"));
        Assert.Equal([leak], await Filtered(business, "q=duarte+ceiling"));
        Assert.Equal([drain], await Filtered(business, $"q={(await business.Scope.Dispatch(drain).Look())!.Reference}"));
        Assert.Empty(await Filtered(business, "q=nothing+has+this"));
        Assert.Equal([drain, leak], await Filtered(business, ""));
    }

    [Fact]
    public async Task Days_are_days_of_the_business()
    {
        var business = await Business.Open(desk);
        var id = await business.Send("Locks and keys");
        var today = Shared.LocalTime.Date((await business.Scope.Dispatch(id).Look())!.ReceivedAt, "Europe/Lisbon");

        Assert.Equal([id], await Filtered(business, $"from={today:yyyy-MM-dd}&to={today:yyyy-MM-dd}"));
        Assert.Empty(await Filtered(business, $"from={today.AddDays(1):yyyy-MM-dd}"));
        Assert.Empty(await Filtered(business, $"to={today.AddDays(-1):yyyy-MM-dd}"));
    }

    [Fact]
    public async Task What_was_asked_for_stands_in_the_form_and_in_the_next_page()
    {
        var business = await Business.Open(desk);
        await business.SendMany(51, "Locks and keys");

        var page = await business.Browser.Get("/history?q=trouble&status=needs-you&urgent=no&from=2020-01-01");

        Assert.Equal("trouble", page.Document.GetElementById("q")!.GetAttribute("value"));
        Assert.Equal("needs-you", page.Document.QuerySelector("#status option[selected]")!.GetAttribute("value"));
        Assert.Equal("2020-01-01", page.Document.GetElementById("from")!.GetAttribute("value"));
        Assert.Equal("Filters: Needs you, Routine, from Wednesday 1 January 2020", page.Document.QuerySelector("summary")!.TextContent);
        var next = page.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        Assert.StartsWith("/history?q=trouble&status=needs-you&urgent=no&from=2020-01-01&before=", next);
        Assert.Single(Listed(await business.Browser.Get(next)));
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-02-30", "from")]
    [InlineData("from=2026-02-02&to=2026-02-01", "to")]
    [InlineData("status=lost", "status")]
    [InlineData("urgent=maybe", "urgent")]
    [InlineData("subject=0190a1b2-0000-7000-8000-000000000000", "subject")]
    [InlineData("category=plumbing", "category")]
    public async Task A_filter_that_cannot_be_read_is_explained_and_lists_nothing(string query, string field)
    {
        var business = await Business.Open(desk);
        await business.Send("Locks and keys");

        var page = await business.Browser.Get($"/history?{query}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error(field));
        Assert.Empty(Listed(page));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1-0190a1b2000070008000000000000000")]
    [InlineData("99999999999999999999-0190a1b2000070008000000000000000")]
    [InlineData("638000000000000000")]
    [InlineData("638000000000000000-0190a1b2-0000-7000-8000-000000000000")]
    [InlineData(" 638000000000000000-0190a1b2000070008000000000000000")]
    public async Task A_cursor_that_no_page_wrote_is_refused(string cursor)
    {
        var business = await Business.Open(desk);

        Assert.Equal(HttpStatusCode.BadRequest, (await business.Browser.Get($"/history?before={Uri.EscapeDataString(cursor)}")).Status);
    }

    [Fact]
    public async Task Among_many_subjects_one_is_found_by_words()
    {
        var business = await Business.Open(desk, Industry.LawPractice);
        for (var i = 1; i <= Picks.MostListed + 1; i++)
            await business.AddSubject($"Matter {i}", $"File {i % 3}");
        var asked = (await business.Scope.Directory().Subjects(new PageRequest("Matter 77", null, 1, false))).Items[0];
        var id = await business.Send("Documents", subject: asked.Id);
        await business.Send("Documents");

        Assert.Equal([id], await Filtered(business, "subject=Matter+77"));
        Assert.Equal([id], await Filtered(business, $"subject={Uri.EscapeDataString(Picks.Name(asked))}"));
        var several = await business.Browser.Get("/history?subject=File+1");
        Assert.Contains("Several have these words", several.Error("subject"));
        Assert.Equal(20, several.Document.QuerySelectorAll(".candidates input[name=subject]").Length);
    }

    private static async Task<Guid[]> Filtered(Business business, string query)
    {
        var page = await business.Browser.Get($"/history?{query}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return Listed(page);
    }

    private static Guid[] Listed(WebPage page) => [.. page.Document.QuerySelectorAll("main table a[href^='/requests/']").Select(link => Guid.Parse(link.GetAttribute("href")!["/requests/".Length..]))];
}
