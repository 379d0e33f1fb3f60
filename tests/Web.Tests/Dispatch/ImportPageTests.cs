using System.Net;
using System.Text;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class ImportPageTests(FrontDesk desk)
{
    [Fact]
    public async Task A_file_is_looked_through_and_then_imported()
    {
        var business = await Business.Open(desk);
        await business.AddSubject("Mill Lane 4", "Flat 1");

        var preview = await Upload(business, "subjects", "Name,Reference\nMill Lane 4,Flat 1\n<b>Quay</b>,شقة\nLantern Court,\n");
        Assert.Equal("Import properties", preview.Heading);
        Assert.Equal(["2", "0", "1"], preview.Document.QuerySelectorAll("dl dd").Select(dd => dd.TextContent));
        Assert.Contains("<b>Quay</b> · شقة", preview.Text);
        Assert.Single((await business.Scope.Directory().Subjects(new PageRequest("", null, 10, true))).Items);
        Assert.Equal("Import 2 properties", preview.Document.QuerySelector("main form button")!.TextContent.Trim());

        var page = await Finished(business, await business.Browser.Submit(preview));

        Assert.Equal("The properties are imported", page.Heading);
        Assert.Contains("2 new", page.Text);
        Assert.Equal(3, (await business.Scope.Directory().Subjects(new PageRequest("", null, 10, true))).Total);
        Assert.Contains("Lantern Court", (await business.Browser.Get("/subjects")).Text);
    }

    [Fact]
    public async Task What_changes_is_shown_field_by_field()
    {
        var business = await Business.Open(desk);
        var vendor = await business.AddVendor("Rivera Plumbing");

        var preview = await Upload(business, "vendors", $"Name,Email,Telephone,Id\nRivera & Daughters,office@vendor.example,,{vendor.Id}\n");

        Assert.Equal(
            ["2 Rivera Plumbing Name Rivera Plumbing Rivera & Daughters", "2 Rivera Plumbing Telephone +351 21 000 00 00 –"],
            preview.Document.QuerySelectorAll("section[aria-labelledby=changes] tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public async Task Mistakes_are_listed_by_line_and_nothing_can_be_imported()
    {
        var business = await Business.Open(desk);

        var preview = await Upload(business, "vendors", "Name,Email\nRivera,nowhere\n");

        Assert.Contains("1 thing has to be put right first", preview.Text);
        Assert.Equal("2", preview.Document.QuerySelector("section[aria-labelledby=problems] td")!.TextContent);
        Assert.Null(preview.Document.QuerySelector($"form[action='{preview.Address.AbsolutePath}']"));
        var forced = await business.Browser.Post(preview.Address.ToString(), [KeyValuePair.Create(PublicForm.Field, await Token(business))]);
        Assert.Contains("has to be put right", forced.Text);
        Assert.Empty((await business.Scope.Directory().Vendors(new PageRequest("", null, 10, true))).Items);
    }

    [Theory]
    [InlineData("subjects", "", "file", "empty")]
    [InlineData("", "Name\nx\n", "list", "Choose which list")]
    [InlineData("requests", "Name\nx\n", "list", "Choose which list")]
    public async Task A_form_that_lacks_something_says_so(string list, string content, string field, string says)
    {
        var page = await Upload(await Business.Open(desk), list, content);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains(says, page.Error(field));
    }

    [Theory]
    [InlineData((5 * 1024 * 1024) + 1)]
    [InlineData(9 * 1024 * 1024)]
    public async Task A_file_that_is_too_large_is_refused(int size)
    {
        var page = await Upload(await Business.Open(desk), "subjects", new string('x', size));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("Import it in parts", page.Error("file"));
    }

    [Fact]
    public async Task A_download_is_taken_back_and_changes_nothing()
    {
        var business = await Business.Open(desk);
        var vendor = await business.AddVendor("=Rivera; \"Plumbing\"");
        await business.AddRule((await business.AddSubject("Mill Lane 4", "+2")).Id, null, (vendor, 20));

        foreach (var list in Enum.GetValues<ListKind>().Select(Lists.Path))
        {
            var file = await business.Browser.Get($"/{list}/export.csv");
            Assert.Contains("nothing to import", (await Upload(business, list, file.Body)).Text);
        }
    }

    [Fact]
    public async Task Every_list_leads_to_its_import()
    {
        var business = await Business.Open(desk);

        foreach (var list in Enum.GetValues<ListKind>().Select(Lists.Path).Where(list => list != "rules"))
        {
            var link = (await business.Browser.Get($"/{list}")).Document.QuerySelector(".csv-links a[href^='/import']")!.GetAttribute("href")!;
            Assert.Equal(list, (await business.Browser.Get(link)).Document.QuerySelector("input[name=list][checked]")!.GetAttribute("value"));
        }
    }

    private static async Task<WebPage> Upload(Business business, string list, string content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, business.Owner.Desk.Site.App("/import"))
        {
            Content = new MultipartFormDataContent
            {
                { new StringContent(await Token(business)), PublicForm.Field }, { new StringContent(list), "list" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "list.csv" },
            },
        };
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        return await business.Browser.Send(request);
    }

    private static async Task<WebPage> Finished(Business business, WebPage page)
    {
        for (var since = TimeProvider.System.GetTimestamp(); page.Document.QuerySelector("progress") is not null && TimeProvider.System.GetElapsedTime(since) < FrontDesk.Patience;)
        {
            Assert.NotNull(page.Document.QuerySelector("meta[http-equiv=refresh]"));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            page = await business.Browser.Get(page.Address.ToString());
        }

        return page;
    }

    private static async Task<string> Token(Business business) => (await business.Browser.Get("/import")).Document.QuerySelector($"input[name={PublicForm.Field}]")!.GetAttribute("value")!;
}
