using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>The console as operators meet it, by keyboard and without script, on a phone and in the dark.</summary>
[Collection(nameof(Product))]
public sealed partial class ConsoleTests(Product product)
{
    private static readonly string[] s_pages = ["/", "/tenants", "/tenants?q=zzz", "/mails", "/late", "/keys", "/keys/rotate", "/audit"];

    [Fact]
    public async Task An_operator_signs_in_without_script_and_every_page_fits()
    {
        await using var browser = await product.NewBrowser(360, 740, script: false);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(product.Console());
        await Product.Picture(page, "console-sign-in");
        await page.GetByLabel("Email address").FillAsync(Product.Operator);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Look in your mail");
        await page.GotoAsync(await product.LinkMailedTo(Product.Operator, "/link/"));
        await Product.Picture(page, "console-link");
        await page.Locator("main form button").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Overview");
        var signedIn = await browser.StorageStateAsync();

        foreach (var (name, width, height, scheme) in new[] { ("phone", 360, 740, ColorScheme.Light), ("tablet-dark", 768, 1024, ColorScheme.Dark), ("desktop-dark", 1440, 900, ColorScheme.Dark), ("desktop", 1440, 900, ColorScheme.Light) })
            await Look(name, new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, StorageState = signedIn });
    }

    private async Task Look(string name, BrowserNewContextOptions options)
    {
        await using var browser = await product.NewBrowser(options);
        var page = await browser.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add($"{page.Url}: {message.Text}"); };
        foreach (var path in s_pages)
        {
            await page.GotoAsync(product.Console(path));
            await Product.Picture(page, $"console-{name}{NotInNames().Replace(path.TrimEnd('/'), "-")}");
            Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), $"{path} is wider than the screen ({name}).");
            Assert.Equal(1, await page.Locator("h1").CountAsync());
            Assert.Empty(await page.EvaluateAsync<string[]>(LookTests.NamelessControls));
            Assert.Empty(await page.EvaluateAsync<string[]>(LookTests.SmallTargets));
        }

        Assert.Empty(complaints);
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotInNames();
}
