using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Finding, taking out and taking in, and the numbers.</summary>
[Collection(nameof(Product))]
public sealed class ListsTests(Product product)
{
    [Fact]
    public async Task The_history_is_searched_by_words()
    {
        var (browser, owner) = await DemoOwner();
        await using var closing = browser;
        await Shop.Follow(owner, "History");
        await Search(owner, "sockets dead");
        await Expect(owner.Locator("main table tbody tr")).Not.ToHaveCountAsync(0);
        foreach (var row in await owner.Locator("main table tbody tr").AllInnerTextsAsync())
            Assert.Contains("sockets", row, StringComparison.Ordinal);
        await Shop.Look(owner, "search-1-found");
        await Search(owner, "submarine");
        await Shop.Says(owner, "No request fits");
        await Shop.Look(owner, "search-2-nothing");
        await Shop.Follow(owner, "Show everything");
        await owner.GetByText("More filters").ClickAsync();
        await Shop.Choose(owner, "category", "Electrical");
        await Shop.Press(owner, "Apply");
        await Shop.Says(owner, "Filters: Electrical");
        await Shop.Look(owner, "search-3-filtered");
    }

    [Fact]
    public async Task A_list_goes_out_as_a_file_is_changed_and_comes_back_whole_or_not_at_all()
    {
        await using var shop = await Shop.Open(product, "shop-lists");
        var owner = shop.Owner;
        await shop.AddVendor("Rivera Plumbing");
        await shop.AddVendor("Cole & Sons");
        await Shop.Follow(owner, "Vendors");
        var file = await Downloaded(owner);
        Assert.StartsWith("Name,Email,", file, StringComparison.Ordinal);
        var changed = file.Replace("Rivera Plumbing,", "Rivera & Daughters,", StringComparison.Ordinal).Replace(",always,", ",Mon-Fri 09:00-17:00; Sat 10:00-12:00,", StringComparison.Ordinal);

        await Import(owner, $"{changed}Keystone Locks,nowhere,,,,yes,\r\n");
        await Shop.Says(owner, "1 thing has to be put right first");
        await Expect(owner.GetByRole(AriaRole.Row).Filter(new() { HasText = "This is no whole mail address" })).ToContainTextAsync("4");
        await Expect(owner.GetByRole(AriaRole.Button, new() { Name = "Import 3 vendors" })).ToHaveCountAsync(0);
        await Shop.Look(owner, "import-1-a-mistake");

        await Shop.Follow(owner, "Choose the corrected file");
        await Chosen(owner, $"{changed}Keystone Locks,hello@keystone.example,,,,yes,\r\n");
        await Shop.Says(owner, "Rivera & Daughters");
        await Shop.Look(owner, "import-2-what-would-change");
        await Shop.Follow(owner, "Vendors");
        await Expect(owner.Locator("main table")).Not.ToContainTextAsync("Keystone Locks");
        await owner.GoBackAsync();
        await Shop.Press(owner, "Import 3 vendors");
        await Shop.Says(owner, "Imported: 1 new, 2 changed.");
        await Shop.Look(owner, "import-3-imported");
        await Shop.Follow(owner, "See the vendors");
        await Expect(owner.Locator("main table")).ToContainTextAsync("Keystone Locks");
        await Shop.Follow(owner, "Rivera & Daughters");
        await Shop.Says(owner, "On duty in their own hours");
    }

    [Fact]
    public async Task The_numbers_are_read_on_a_screen_and_on_paper()
    {
        var (browser, owner) = await DemoOwner();
        await using var closing = browser;
        await Shop.Follow(owner, "Numbers");
        await Shop.Says(owner, "Until somebody accepts");
        await Expect(owner.Locator("main svg").First).ToBeVisibleAsync();
        await Shop.Look(owner, "numbers");
        await owner.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(owner.Locator(".rail")).ToBeHiddenAsync();
        await owner.SetViewportSizeAsync(794, 1123);
        await Product.Picture(owner, "numbers-printed");
        await owner.PdfAsync(new() { Path = Path.Combine(Product.Artefacts, "numbers.pdf"), Format = "A4" });
    }

    private async Task<(IBrowserContext Browser, IPage Owner)> DemoOwner()
    {
        var browser = await product.NewBrowser(new() { ViewportSize = new() { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce, StorageState = await product.DemoOwner });
        var owner = await browser.NewPageAsync();
        await owner.GotoAsync(product.App());
        return (browser, owner);
    }

    private static async Task Search(IPage owner, string words)
    {
        await owner.GetByLabel("Words or a number").FillAsync(words);
        await Shop.Press(owner, "Search");
        await Expect(owner).ToHaveURLAsync(new Regex($"q={words.Replace(" ", "\\+", StringComparison.Ordinal)}"));
    }

    private static async Task<string> Downloaded(IPage owner)
    {
        var download = await owner.RunAndWaitForDownloadAsync(() => owner.GetByRole(AriaRole.Link, new() { Name = "Download as CSV" }).ClickAsync());
        await using var content = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private static async Task Import(IPage owner, string file)
    {
        await Shop.Follow(owner, "Import from CSV");
        await Chosen(owner, file);
    }

    private static async Task Chosen(IPage owner, string file)
    {
        await owner.GetByLabel("File").SetInputFilesAsync(new FilePayload { Name = "vendors.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(file) });
        await Shop.Press(owner, "Look through it");
    }
}
