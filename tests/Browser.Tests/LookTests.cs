using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Every page of the demo business as people meet it: on a phone, on a wide screen in the dark, and at 200 % of a wide screen. The pictures are kept to be looked at.</summary>
[Collection(nameof(Product))]
public sealed partial class LookTests(Product product) : IAsyncLifetime
{
    internal static readonly string[] Dashboard =
        ["/", "/history", "/numbers", "/import?list=subjects", "/bookings", "/bookings?view=day", "/bookings?view=list", "/bookings/new", "/bookings/block", "/bookings/services", "/bookings/services/new", "/bookings/hosts", "/bookings/hosts/new", "/bookings/calendars", "/bookings/settings", "/vendors", "/vendors/new", "/subjects", "/categories", "/categories/new", "/rules", "/rules/new", "/page", "/hours", "/more", "/settings", "/billing", "/sessions", "/leave", "/leave/close", "/data-requests", "/looks"];

    private static readonly Guid s_viewing = new(SHA256.HashData("booking A viewing"u8).AsSpan(0, 16));

    private string _signedIn = "";

    public async Task InitializeAsync() => _signedIn = await product.DemoOwner;

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("phone", 360, 740, ColorScheme.Light)]
    [InlineData("tablet-dark", 768, 1024, ColorScheme.Dark)]
    [InlineData("desktop-dark", 1440, 900, ColorScheme.Dark)]
    [InlineData("desktop-at-200-percent", 720, 450, ColorScheme.Light)]
    public async Task Nothing_runs_off_the_screen_and_nothing_is_refused_by_our_own_policy(string name, int width, int height, ColorScheme scheme)
    {
        await using var browser = await product.NewBrowser(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, StorageState = _signedIn });
        var page = await browser.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add($"{page.Url}: {message.Text}"); };
        page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");

        foreach (var address in (string[])[.. Dashboard.Select(product.App), product.Desk("harbour"), product.Desk("harbour", "/your-data"), product.Desk("harbour", "/book"), product.Desk("harbour", "/book?service=" + $"{s_viewing:n}"), product.Home(), product.Home("/privacy"), product.Home("/promises"), product.App("/sign-up"), product.Home("/dev/mail"), product.Home("/dev/mail/previews")])
        {
            await page.GotoAsync(address);
            await Product.Picture(page, $"look-{name}-{new Uri(address).Host.Split('.')[0]}{NotInNames().Replace(new Uri(address).PathAndQuery.TrimEnd('/'), "-")}");
            Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), $"{address} is wider than {width} px.");
            Assert.Equal(1, await page.Locator("h1").CountAsync());
            Assert.Equal(1, await page.GetByRole(AriaRole.Main).CountAsync());
            Assert.Empty(await page.EvaluateAsync<string[]>(NamelessControls));
            Assert.Empty(await page.EvaluateAsync<string[]>(SmallTargets));
        }

        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_request_is_sent_with_the_keyboard_alone()
    {
        await using var browser = await product.NewBrowser(script: false);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(product.Desk("harbour"));
        await TabTo(page, "subject");
        await page.Keyboard.PressAsync("Space");
        await TabTo(page, "category");
        // Within a group of choices the arrows move: down to one that is not urgent.
        for (var i = 0; i < 3; i++)
            await page.Keyboard.PressAsync("ArrowDown");
        foreach (var (field, text) in new[] { ("name", "Ana Duarte"), ("phone", "+351 912 000 000"), ("email", "ana@caller.example"), ("text", "The bell does not ring.") })
        {
            await TabTo(page, field);
            await page.Keyboard.TypeAsync(text);
        }

        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        // Photos are offered last, and passed by.
        await TabTo(page, "photos");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Send", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/s/"));
        await Expect(page.Locator("body")).ToContainTextAsync("The bell does not ring.");
        await Product.Picture(page, "look-status-by-keyboard");
    }

    [Fact]
    public async Task The_history_prints_as_ink_on_white_without_what_only_a_screen_needs()
    {
        await using var browser = await product.NewBrowser(new() { ColorScheme = ColorScheme.Dark, StorageState = _signedIn });
        var page = await browser.NewPageAsync();
        await page.GotoAsync(product.App("/history"));
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Locator(".rail")).ToBeHiddenAsync();
        await Expect(page.Locator(".filters")).ToBeHiddenAsync();
        Assert.Equal("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor"));
        Assert.Equal("rgb(0, 0, 0)", await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).color"));
        Assert.Equal("rgb(11, 107, 93)", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('main table a')).color"));
        await Product.Picture(page, "look-history-printed");
    }

    private static async Task TabTo(IPage page, string name)
    {
        for (var presses = 0; presses < 40; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("document.activeElement.name ?? ''") == name)
                return;
        }

        throw new InvalidOperationException($"The Tab key does not lead to {name}.");
    }

    // Whatever takes a click or a key has a name that a screen reader can say.
    internal const string NamelessControls =
        """
        [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')].filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true]') && !(
            e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim() || [...(e.labels ?? [])].some(l => l.textContent.trim()) || e.querySelector('svg title')
        )).map(e => e.outerHTML.slice(0, 120))
        """;

    // Buttons and fields, not links within sentences.
    internal const string SmallTargets =
        """
        [...document.querySelectorAll('button, .button, select, input:not([type=hidden], [type=radio], [type=checkbox])')].filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true]'))
            .map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width > 1 && r.height > 0 && r.height < 43.5).map(([e, r]) => `${Math.round(r.height)} px: ${e.outerHTML.slice(0, 120)}`)
        """;

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotInNames();
}
