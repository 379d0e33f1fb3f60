using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>A business of its own, with its owner at a desk and others with a telephone in the hand. Everybody clicks and types, and reads links in mails.</summary>
internal sealed class Shop(Product product, string slug, IBrowserContext browser, IPage owner) : IAsyncDisposable
{
    // What makes a page wider than its screen.
    private const string TooWide =
        """
        document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => `${location.pathname}: ${e.outerHTML.slice(0, 120)}`)
        """;

    private readonly List<IBrowserContext> _browsers = [browser];

    public IPage Owner => owner;

    public string Email => $"owner@{slug}.example";

    public static async Task<Shop> Open(Product product, string slug)
    {
        var browser = await product.NewBrowser();
        var shop = new Shop(product, slug, browser, await browser.NewPageAsync());
        await shop.SignUp();
        return shop;
    }

    /// <summary>Somebody without an account, at a telephone.</summary>
    public async Task<IPage> Somebody()
    {
        var telephone = await product.NewBrowser(360, 740);
        _browsers.Add(telephone);
        return await telephone.NewPageAsync();
    }

    public string AddressOf(string vendor) => $"{vendor.Split(' ')[0].ToLowerInvariant()}@{slug}.example";

    /// <summary>Leaves the owner on the vendor's page.</summary>
    public async Task AddVendor(string name)
    {
        await Follow(owner, "Vendors");
        await Follow(owner, "Add a vendor");
        await owner.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await owner.GetByLabel("Email address").FillAsync(AddressOf(name));
        await Press(owner, "Add the vendor");
        await Follow(owner, name);
    }

    /// <summary>A rule for one category that asks one vendor.</summary>
    public async Task AddRule(string category, string vendor)
    {
        await Follow(owner, "Rules");
        await Follow(owner, "Add a rule");
        await Choose(owner, "category", category);
        await Choose(owner, "vendor-0", vendor);
        await Press(owner, "Add the rule");
    }

    /// <summary>Fills in the desk's form and sends it.</summary>
    public async Task Ask(IPage caller, string category, string text, string? email = null, params FilePayload[] photos)
    {
        await caller.GotoAsync(product.Desk(slug));
        await caller.GetByText(category, new() { Exact = true }).First.ClickAsync();
        await caller.GetByLabel("Your name").FillAsync("Ana Duarte");
        await caller.GetByLabel("Phone number").FillAsync("+351 912 000 000");
        await caller.GetByLabel("Email").FillAsync(email ?? "");
        await caller.GetByLabel("What is wrong?").FillAsync(text);
        if (photos.Length > 0)
            await caller.GetByLabel("Photos").SetInputFilesAsync(photos);
        // Who sends a form sooner is asked to send it again: people read first.
        while (await caller.EvaluateAsync<double>("performance.now() - performance.getEntriesByType('navigation')[0].responseStart") < 3000)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await Press(caller, "Send");
        await Expect(caller).ToHaveURLAsync(new Regex("/s/"));
    }

    /// <summary>Opens the newest mail to somebody and follows the link in it.</summary>
    public async Task FromMail(IPage page, string address, string link) => await page.GotoAsync(await product.LinkMailedTo(address, link));

    public Task FromVendorsMail(IPage page, string vendor, string link = "/v/") => FromMail(page, AddressOf(vendor), link);

    public static Task Press(IPage page, string button) => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).Last.ClickAsync();

    public static Task Choose(IPage page, string field, string label) => page.Locator($"select[name='{field}']").First.SelectOptionAsync(new SelectOptionValue { Label = label });

    /// <summary>By its name, as somebody reads it: what is not on the screen cannot be followed.</summary>
    public static async Task Follow(IPage page, string link)
    {
        var before = page.Url;
        await page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(before);
    }

    public static Task Says(IPage page, string text) => Expect(page.Locator("main")).ToContainTextAsync(text);

    /// <summary>Kept as a person would see it on a wide screen and in the dark on a telephone. Nothing may run off either.</summary>
    public static async Task Look(IPage page, string name)
    {
        var before = page.ViewportSize!;
        foreach (var (look, width, height, scheme) in new[] { ("desktop", 1440, 900, ColorScheme.Light), ("phone-dark", 360, 740, ColorScheme.Dark) })
        {
            await page.SetViewportSizeAsync(width, height);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            // As tall as the page, so that what sticks to an edge of the screen covers nothing.
            await page.SetViewportSizeAsync(width, Math.Max(height, await page.EvaluateAsync<int>("document.scrollingElement.scrollHeight")));
            await Product.Picture(page, $"{name}-{look}");
            Assert.Empty(await page.EvaluateAsync<string[]>(TooWide));
        }

        await page.SetViewportSizeAsync(before.Width, before.Height);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _browsers)
            await open.DisposeAsync();
    }

    private async Task SignUp()
    {
        await owner.GotoAsync(product.App("/sign-up"));
        await owner.GetByLabel("Your email address").FillAsync(Email);
        await owner.GetByLabel("Your name").FillAsync("Ines Moreira");
        await owner.GetByLabel("Business name").FillAsync("Seaside Lettings");
        await owner.Locator("#slug").FillAsync(slug);
        await owner.GetByText("Property management").ClickAsync();
        await Press(owner, "Send me the mail to confirm");
        await Expect(owner.GetByRole(AriaRole.Heading, new() { Name = "Look in your mail" })).ToBeVisibleAsync();
        await owner.GotoAsync(await product.LinkMailedTo(Email, "/link/"));
        await owner.Locator("main form button").First.ClickAsync();
        await Says(owner, "Three steps more");
    }
}
