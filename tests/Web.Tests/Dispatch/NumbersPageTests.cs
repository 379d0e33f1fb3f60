using System.Net;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class NumbersPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Without_requests_it_says_what_will_be_here()
    {
        var page = await (await Business.Open(desk)).Browser.Get("/numbers");

        Assert.Contains("No requests in these days", page.Text);
        Assert.Equal("/numbers", page.Document.QuerySelector(".rail a[aria-current=page]")!.GetAttribute("href"));
        Assert.NotNull((await (await Business.Open(desk)).Browser.Get("/more")).Document.QuerySelector("main a[href='/numbers']"));
    }

    [Fact]
    public async Task Few_are_counted_and_nothing_is_made_of_them()
    {
        var business = await Business.Open(desk);
        var vendor = await business.AddVendor("Rivera Plumbing");
        await business.AddRule(null, null, (vendor, 20));
        for (var i = 0; i < 3; i++)
            await business.Scope.Dispatch(await business.Send("Plumbing", caller: "Joana Secret")).Answer(vendor.Id, VendorAnswer.Accept, "");

        var page = await business.Browser.Get("/numbers?days=90");

        Assert.Contains("3 requests: too few to say", page.Text);
        Assert.Contains("0 of 3", page.Document.QuerySelector("section[aria-labelledby=vendors] td[data-label=Silent]")!.TextContent);
        Assert.Equal("90 days", page.Document.QuerySelector("main .tabs a[aria-current]")!.TextContent);
        Assert.DoesNotContain("Joana", page.Body);
        Assert.Equal(90, page.Document.QuerySelectorAll(".bars rect").Length);
        Assert.Equal(90, page.Document.QuerySelectorAll("details tbody tr").Length);
        Assert.Equal("3", Assert.Single(page.Document.QuerySelectorAll(".heat td.heat-4")).TextContent);
    }

    [Fact]
    public async Task Enough_have_a_middle_and_nine_of_ten()
    {
        var business = await Business.Open(desk);
        var vendor = await business.AddVendor("Rivera Plumbing");
        await business.AddRule(null, null, (vendor, 20));
        for (var i = 0; i < 5; i++)
            await business.Scope.Dispatch(await business.Send("Plumbing")).Answer(vendor.Id, VendorAnswer.Accept, "");

        var page = await business.Browser.Get("/numbers?days=365");

        Assert.Contains("under a minute for half of them, under a minute for nine of ten (5 requests)", page.Text);
        Assert.Contains("0 (0 %)", page.Text);
        Assert.Equal(53, page.Document.QuerySelectorAll(".bars rect").Length);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("x")]
    [InlineData("-30")]
    public async Task Another_range_is_refused(string days) => Assert.Equal(HttpStatusCode.BadRequest, (await (await Business.Open(desk)).Browser.Get($"/numbers?days={days}")).Status);
}
