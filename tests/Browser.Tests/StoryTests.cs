using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>The whole story by clicking alone: sign-up, a vendor, a rule, a caller's request, the vendor's accept seen live on the board.</summary>
[Collection(nameof(Product))]
public sealed partial class StoryTests(Product product)
{
    [Theory]
    [InlineData(true, 1440, 900, "desktop")]
    [InlineData(false, 360, 740, "phone-without-script")]
    public async Task From_sign_up_to_a_vendors_accept_on_the_board(bool script, int width, int height, string name)
    {
        var slug = $"seaside-{name[..5]}";
        await using var ownersBrowser = await product.NewBrowser(width, height, script: script);
        var owner = await ownersBrowser.NewPageAsync();
        await SignUp(product, owner, slug, $"owner@{slug}.example");
        await Product.Picture(owner, $"story-{name}-1-welcome");

        await Follow(owner, "Add a vendor");
        await owner.GetByLabel("Name", new() { Exact = true }).FillAsync("Rivera Plumbing");
        await owner.GetByLabel("Email", new() { Exact = false }).First.FillAsync($"jobs@{slug}.example");
        await owner.GetByRole(AriaRole.Button, new() { NameRegex = Save() }).First.ClickAsync();
        await Expect(owner).Not.ToHaveURLAsync(New());
        await Expect(owner.GetByText("Rivera Plumbing").First).ToBeVisibleAsync();

        await Follow(owner, "Directory");
        await Follow(owner, "Rules");
        await Follow(owner, "Add a rule");
        await owner.Locator("select[name^=vendor]").First.SelectOptionAsync(new SelectOptionValue { Label = "Rivera Plumbing" });
        await Product.Picture(owner, $"story-{name}-2-rule");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Add the rule" }).ClickAsync();
        await Expect(owner).Not.ToHaveURLAsync(New());
        await Follow(owner, "Board");

        await using var callersBrowser = await product.NewBrowser(360, 740, ColorScheme.Light, script);
        var caller = await callersBrowser.NewPageAsync();
        await Ask(caller, slug, "Water is dripping through the kitchen ceiling.");
        await Product.Picture(caller, $"story-{name}-3-status");
        await Expect(caller.Locator("body")).ToContainTextAsync("Rivera Plumbing");

        var board = script ? owner : await Reloaded(owner);
        await Expect(board.Locator("main")).ToContainTextAsync("Water is dripping");
        await Product.Picture(owner, $"story-{name}-4-board-asking");

        await using var vendorsBrowser = await product.NewBrowser(360, 640);
        var vendor = await vendorsBrowser.NewPageAsync();
        await vendor.GotoAsync(await product.LinkMailedTo($"jobs@{slug}.example", "/v/"));
        var accept = vendor.GetByRole(AriaRole.Button, new() { NameRegex = Accept() });
        await Expect(accept).ToBeInViewportAsync();
        await Product.Picture(vendor, $"story-{name}-5-vendor");
        await accept.ClickAsync();
        // The click is over when it is made: what comes after it is over when the page says so.
        await Expect(vendor.Locator("main")).ToContainTextAsync("You have it.");
        await Product.Picture(vendor, $"story-{name}-6-vendor-accepted");

        // With script nobody touches the owner's page: the board changes by itself.
        if (!script)
            await owner.ReloadAsync();
        await Expect(owner.Locator("main")).ToContainTextAsync("Accepted");
        await Product.Picture(owner, $"story-{name}-7-board-accepted");
        await caller.ReloadAsync();
        await Expect(caller.Locator("body")).ToContainTextAsync("Rivera Plumbing has it");
    }

    // By its name, as somebody reads it: what is not on the screen cannot be followed.
    private static async Task Follow(IPage page, string link)
    {
        var before = page.Url;
        await page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(before);
    }

    internal static async Task SignUp(Product product, IPage page, string slug, string email)
    {
        await page.GotoAsync(product.App("/sign-up"));
        await page.GetByLabel("Your email address").FillAsync(email);
        await page.GetByLabel("Your name").FillAsync("Ines Moreira");
        await page.GetByLabel("Business name").FillAsync("Seaside Lettings");
        await page.Locator("#slug").FillAsync(slug);
        await page.GetByText("Property management").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send me the mail to confirm" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Look in your mail" })).ToBeVisibleAsync();
        await page.GotoAsync(await product.LinkMailedTo(email, "/link/"));
        await page.GetByRole(AriaRole.Button, new() { NameRegex = SignInAs() }).ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(Link());
        await Expect(page.Locator("main")).ToBeVisibleAsync();
    }

    private async Task Ask(IPage page, string slug, string text)
    {
        await page.GotoAsync(product.Desk(slug));
        await page.GetByText("Plumbing").First.ClickAsync();
        await page.GetByLabel("Your name").FillAsync("Ana Duarte");
        await page.GetByLabel("Phone number").FillAsync("+351 912 000 000");
        await page.GetByLabel("What is wrong?").FillAsync(text);
        // Nobody fills in a form in less: the desk asks to press again.
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).Last.ClickAsync();
        await Expect(page).ToHaveURLAsync(Status());
    }

    private static async Task<IPage> Reloaded(IPage page)
    {
        await page.ReloadAsync();
        return page;
    }

    [GeneratedRegex("/new$")]
    private static partial Regex New();

    [GeneratedRegex("/link/")]
    private static partial Regex Link();

    [GeneratedRegex("/s/")]
    private static partial Regex Status();

    [GeneratedRegex("^(Save|Add)")]
    private static partial Regex Save();

    [GeneratedRegex("^Accept")]
    private static partial Regex Accept();

    [GeneratedRegex("^Sign in as")]
    private static partial Regex SignInAs();
}
