using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>A host's way to Google and back, by clicking alone.</summary>
[Collection(nameof(Product))]
public sealed class GoogleConnectTests(Product product)
{
    [Theory]
    [InlineData("phone", 360, 740, ColorScheme.Light, false)]
    [InlineData("desktop-dark", 1440, 900, ColorScheme.Dark, true)]
    public async Task A_host_connects_a_calendar_picks_what_counts_and_disconnects(string name, int width, int height, ColorScheme scheme, bool script)
    {
        var slug = $"calendar-{name[..5]}";
        product.Google.Email = $"ana.{name[..5]}@gmail.example";
        product.Google.Busy[product.Google.Email] = [];
        product.Google.Others.Clear();
        product.Google.Others.AddRange([("work@group.calendar.example", "owner"), ("family@group.calendar.example", "reader")]);
        await using var browser = await product.NewBrowser(width, height, scheme, script);
        var page = await browser.NewPageAsync();
        await StoryTests.SignUp(product, page, slug, $"owner@{slug}.example");
        await page.GotoAsync(product.App("/bookings"));
        await page.Locator("#service").FillAsync("Viewing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch bookings on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Bookings are on" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Calendars", Exact = true }).ClickAsync();
        await Shot("1-none");
        await page.Locator("td a").First.ClickAsync();
        await Shot("2-about");
        await page.Locator("#connect").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Connect Google Calendar" })).ToBeVisibleAsync();
        await Shot("3-back");
        await page.Locator("#finish button").ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("Connected.");
        await Shot("4-connected");

        await page.GetByLabel("Calendar family@group.calendar.example").CheckAsync();
        await page.Locator("#choose").GetByRole(AriaRole.Radio).Last.CheckAsync();
        await page.Locator("#choose button").ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("Saved.");
        await Shot("5-chosen");
        await page.GotoAsync(product.App("/bookings/calendars"));
        await Expect(page.Locator("table")).ToContainTextAsync(product.Google.Email);
        await Shot("6-list");
        await page.Locator("td a").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Disconnect") }).ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("revoked at Google");
        Assert.False(product.Google.IsGranted);
        Assert.Empty(product.Google.Violations);

        async Task Shot(string step)
        {
            await Expect(page.Locator("main")).ToBeVisibleAsync();
            await Product.Picture(page, $"calendar-{name}-{step}");
            Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), $"{page.Url} is wider than {width} px.");
        }
    }
}
