using QRCoder;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class YourPagePageTests(FrontDesk desk)
{
    [Fact]
    public async Task It_has_the_link_ready_to_copy_and_to_paste()
    {
        var business = await Business.Open(desk);
        var address = desk.Site.Desk(business.Owner.Slug);

        var page = await business.Browser.Get("/page");

        Assert.Equal(address, page.Document.QuerySelector("#copy-where-callers-find-you")!.GetAttribute("value"));
        Assert.Equal($"<a href=\"{address}\">Ask Harbour &amp; Lane for help</a>", page.Document.QuerySelector("#copy-for-your-website")!.TextContent);
        Assert.Equal(address, page.Document.QuerySelector(".page-head a.button")!.GetAttribute("href"));
        Assert.Equal((await business.Scope.Directory().Categories()).Length, page.Document.QuerySelectorAll(".preview li").Length);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    public async Task It_shows_what_callers_are_asked_in_the_same_words(int subjects)
    {
        var business = await Business.Open(desk);
        for (var i = 0; i < subjects; i++)
            await business.AddSubject($"Mill Lane {i}");
        using var caller = desk.Browser();
        var address = desk.Site.Desk(business.Owner.Slug);
        var first = await caller.Get(address);
        var form = await caller.Get($"{address}?unlisted=1");

        var preview = (await business.Browser.Get("/page")).Document.QuerySelector(".preview")!;

        Assert.All(preview.QuerySelectorAll("p > b"), asked => Assert.Contains(asked.TextContent, first.Text + form.Text, StringComparison.Ordinal));
        Assert.Equal(subjects > DeskView.MaxListed, preview.TextContent.Contains("Which property is it about? They search among your 12.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_code_says_the_address_and_nothing_else()
    {
        var business = await Business.Open(desk);

        var code = await business.Browser.Get("/page/code.svg");

        Assert.Equal("image/svg+xml", code.Header("Content-Type")!.Split(';')[0]);
        using var expected = QRCodeGenerator.GenerateQrCode(desk.Site.Desk(business.Owner.Slug), QRCodeGenerator.ECCLevel.M);
        Assert.Equal(expected.ModuleMatrix.Sum(row => row.Cast<bool>().Count(dark => dark)), Dark(code).Count);
        Assert.All(Dark(code), module => Assert.True(expected.ModuleMatrix[module.Y][module.X]));
    }

    [Fact]
    public async Task The_sign_for_the_door_carries_name_code_and_address()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Get("/page/sign");

        Assert.Equal("Back soon.", page.Heading);
        Assert.Contains("Harbour & Lane", page.Text);
        Assert.Contains($"{business.Owner.Slug}.{desk.Site.Domain}", page.Text);
        Assert.NotNull(page.Document.QuerySelector("svg.qr path"));
    }

    private static HashSet<(int X, int Y)> Dark(WebPage code)
    {
        var dark = new HashSet<(int, int)>();
        foreach (var run in code.Document.QuerySelectorAll("path")[1].GetAttribute("d")!.Split('z', StringSplitOptions.RemoveEmptyEntries))
        {
            var numbers = run.TrimStart('M').Split(' ', 'h', 'v');
            for (var x = 0; x < int.Parse(numbers[2]); x++)
                Assert.True(dark.Add((int.Parse(numbers[0]) + x, int.Parse(numbers[1]))));
        }

        return dark;
    }
}
