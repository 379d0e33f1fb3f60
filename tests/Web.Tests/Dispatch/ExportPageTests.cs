using System.Net;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class ExportPageTests(FrontDesk desk)
{
    [Fact]
    public async Task The_history_is_downloaded_as_it_is_filtered()
    {
        var business = await Business.Open(desk);
        await business.Send("Water leak", "The ceiling drips.");
        await business.Send("Plumbing", "The drain is slow.");

        var page = await business.Browser.Get("/history?urgent=yes");
        var link = page.Document.QuerySelector(".csv-links a")!.GetAttribute("href")!;
        var file = await business.Browser.Get(link);

        Assert.Equal("/history/export.csv?urgent=yes", link);
        Assert.Equal("text/csv; charset=utf-8", file.Header("Content-Type"));
        var today = LocalTime.Date(desk.Clock.GetUtcNow(), "Europe/Lisbon");
        Assert.Equal($"attachment; filename={business.Owner.Slug}-requests-{today:yyyy-MM-dd}.csv", file.Header("Content-Disposition"));
        Assert.Equal("no-store", file.Header("Cache-Control"));
        Assert.Equal(2, file.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("The ceiling drips.", file.Body);
    }

    [Theory]
    [InlineData("/vendors", "vendors", "Rivera Plumbing")]
    [InlineData("/subjects", "properties", "Mill Lane 4")]
    [InlineData("/categories", "categories", "Water leak")]
    [InlineData("/rules", "rules", "Rivera Plumbing (20 minutes)")]
    public async Task Each_list_has_a_file_that_says_what_is_in_it(string address, string word, string content)
    {
        var business = await Business.Open(desk);
        var vendor = await business.AddVendor("Rivera Plumbing");
        await business.AddRule((await business.AddSubject("Mill Lane 4")).Id, null, (vendor, 20));

        var file = await business.Browser.Get((await business.Browser.Get(address)).Document.QuerySelector(".csv-links a")!.GetAttribute("href")!);

        Assert.Contains($"{business.Owner.Slug}-{word}-", file.Header("Content-Disposition"));
        Assert.Contains(content, file.Body);
    }

    [Fact]
    public async Task A_list_is_downloaded_as_it_is_searched()
    {
        var business = await Business.Open(desk);
        await business.AddSubject("Mill Lane 4");
        await business.AddSubject("Quay House 1");

        var page = await business.Browser.Get("/subjects?q=quay");
        var file = await business.Browser.Get(page.Document.QuerySelector(".csv-links a")!.GetAttribute("href")!);

        Assert.Contains("Quay House 1", file.Body);
        Assert.DoesNotContain("Mill Lane", file.Body);
    }

    [Fact]
    public async Task A_filter_that_cannot_be_read_leads_to_the_page_that_explains_it()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Get("/history/export.csv?from=yesterday");

        Assert.Equal("/history?from=yesterday", page.Address.PathAndQuery);
        Assert.NotNull(page.Error("from"));
    }

    [Fact]
    public async Task Its_head_says_what_it_would_be_and_sends_nothing()
    {
        var business = await Business.Open(desk);

        var head = await business.Browser.Head("/vendors/export.csv");

        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Contains("vendors", head.Header("Content-Disposition"));
        Assert.Equal("", head.Body);
    }

    [Fact]
    public async Task One_is_made_at_a_time_for_a_business()
    {
        var (business, other) = (await Business.Open(desk), await Business.Open(desk));
        // More than the connection holds, so that the server has to wait for whoever reads it.
        await business.CopyHistory(20_000, 2_000);

        using (var slow = await business.Browser.Open("/history/export.csv"))
        {
            var second = await business.Browser.Get("/vendors/export.csv");
            Assert.Equal(HttpStatusCode.TooManyRequests, second.Status);
            Assert.Equal("10", second.Header("Retry-After"));
            Assert.Equal(HttpStatusCode.OK, (await other.Browser.Get("/vendors/export.csv")).Status);
        }

        // Whoever goes away frees the place.
        await FrontDesk.Until(async () => (await business.Browser.Get("/vendors/export.csv")).Status == HttpStatusCode.OK, "The place is not free.");
    }
}
