using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>A guest who books in another way than most: with the keyboard alone, with everything twice as large, and going back without scripts.</summary>
[Collection(nameof(Product))]
public sealed class GuestWaysTests(Product product)
{
    private const string FocusIsSeen = "() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || document.activeElement.labels?.length > 0 && getComputedStyle(document.activeElement.labels[0]).outlineStyle !== 'none' }";

    [Fact]
    public async Task The_keyboard_alone_books_moves_and_cancels_on_a_phone()
    {
        var slug = await GuestBookingTests.Business(product, "keys-only");
        await using var browser = await product.NewBrowser(360, 740);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(product.Desk(slug, "/book?zone=Europe/Lisbon"));

        await Press(page, GuestBookingTests.Time);
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");
        // Sent empty, the form leads to what is missing.
        await Press(page, "main form .full");
        await Expect(page.Locator("#errors")).ToBeVisibleAsync();
        await Press(page, "#errors a");
        await Expect(page.Locator("#name")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Tom Baker");
        await Reach(page, "#email");
        await page.Keyboard.TypeAsync($"tom@{slug}.example");
        await GuestBookingTests.Pause();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main")).ToContainTextAsync("It is booked.");

        await Press(page, "a[href$='/move']");
        await Press(page, GuestBookingTests.Time);
        await Press(page, "main form button");
        await Expect(page.Locator("main")).ToContainTextAsync("It is moved.");
        await Press(page, "a[href$='/cancel']");
        await Reach(page, "#reason");
        await page.Keyboard.TypeAsync("I have a cold.");
        await Press(page, "main form button");
        await Expect(page.Locator(".pill")).ToHaveTextAsync("Cancelled");
    }

    [Theory]
    [InlineData("phone", 360, 740, ColorScheme.Light)]
    [InlineData("desktop", 1440, 900, ColorScheme.Dark)]
    public async Task With_letters_twice_as_large_nothing_is_cut_off(string name, int width, int height, ColorScheme scheme)
    {
        var slug = await GuestBookingTests.Business(product, $"large-{name}");
        await using var browser = await product.NewBrowser(new()
        {
            ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, BypassCSP = true,
        });
        await browser.AddInitScriptAsync("addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%' })");
        var page = await browser.NewPageAsync();
        await page.GotoAsync(product.Desk(slug, "/book?zone=America/Argentina/ComodRivadavia"));
        await Shot("1-times");
        await page.Locator(GuestBookingTests.Time).ClickAsync();
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");
        await page.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
        await Expect(page.Locator("#errors")).ToBeVisibleAsync();
        await Shot("2-errors");
        await GuestBookingTests.Fill(page, slug);
        await page.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("It is booked.");
        await Shot("3-booked");
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel it", Exact = true }).ClickAsync();
        await Shot("4-cancel");

        async Task Shot(string step)
        {
            await GuestBookingTests.Look(page, $"guest-large-{name}-{step}", width);
            // Letters that do not fit into what they stand on.
            Assert.Empty(await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('main button, main .button, main .pill, main h1, main h2, main dd, main label')].filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline').map(one => one.outerHTML)"));
        }
    }

    [Fact]
    public async Task Going_back_without_scripts_shows_the_kept_time_and_it_can_be_pressed_again()
    {
        var slug = await GuestBookingTests.Business(product, "goes-back");
        await using var browser = await product.NewBrowser(360, 740, script: false);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(product.Desk(slug, "/book?zone=Europe/Lisbon"));
        var value = await page.Locator(GuestBookingTests.Time).GetAttributeAsync("value");
        await page.Locator(GuestBookingTests.Time).ClickAsync();
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");

        await page.GoBackAsync();
        await page.Locator($"button[value='{value}']").ClickAsync();
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");
        await page.GoBackAsync();
        await page.Locator("button[name=slot]").Nth(8).ClickAsync();
        await GuestBookingTests.Fill(page, slug);
        await page.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("It is booked.");

        // What was kept first is free again, and whoever goes back after booking books another.
        await page.GotoAsync(product.Desk(slug, "/book?zone=Europe/Lisbon"));
        await page.Locator($"button[value='{value}']").ClickAsync();
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");
    }

    private static async Task Press(IPage page, string what)
    {
        await Reach(page, what);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Goes on with Tab until the focus is on the first of these, and looks whether it can be seen on the way.</summary>
    private static async Task Reach(IPage page, string what)
    {
        await Expect(page.Locator(what).First).ToBeVisibleAsync();
        for (var presses = 0; presses < 400; presses++)
        {
            if (await page.Locator(what).First.EvaluateAsync<bool>("one => one === document.activeElement"))
                return;
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("document.activeElement !== document.body"))
                Assert.True(await page.EvaluateAsync<bool>(FocusIsSeen), await page.EvaluateAsync<string>("document.activeElement.outerHTML"));
        }

        Assert.Fail($"The keyboard does not reach {what} on {page.Url}.");
    }
}
