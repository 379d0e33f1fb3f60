using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Bookings from nothing to a page people can book on, by clicking alone, and every page of the owner's on the way.</summary>
[Collection(nameof(Product))]
public sealed class BookingSetUpTests(Product product)
{
    [Theory]
    [InlineData("phone", 360, 740, ColorScheme.Light, false)]
    [InlineData("desktop-dark", 1440, 900, ColorScheme.Dark, true)]
    public async Task An_owner_switches_bookings_on_and_sets_them_up(string name, int width, int height, ColorScheme scheme, bool script)
    {
        var slug = $"practice-{name[..5]}";
        await using var browser = await product.NewBrowser(width, height, scheme, script);
        var page = await browser.NewPageAsync();
        await StoryTests.SignUp(product, page, slug, $"owner@{slug}.example");

        await page.GetByRole(AriaRole.Link, new() { Name = "Bookings", Exact = true }).First.ClickAsync();
        await Shot("1-start");
        await page.Locator("#service").FillAsync("Viewing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch bookings on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Bookings are on" })).ToBeVisibleAsync();
        await Expect(page.Locator(".copy input")).ToHaveValueAsync(product.Desk(slug, "/book"));
        await Shot("2-settings");

        await page.GotoAsync(product.App("/bookings/services"));
        await Shot("3-services");
        await page.GetByRole(AriaRole.Link, new() { Name = "Viewing", Exact = true }).ClickAsync();
        await page.GetByLabel("Address, number or link").FillAsync("1 Quay Street, Lisbon");
        await page.GetByLabel("Question 1", new() { Exact = false }).First.FillAsync("How many come?");
        await page.Locator("#service button").ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("Saved.");
        await Shot("4-service");

        await page.GotoAsync(product.App("/bookings/hosts"));
        await Shot("5-hosts");
        await page.Locator("td a").First.ClickAsync();
        await Shot("6-host");
        await page.GetByRole(AriaRole.Link, new() { Name = "Change the hours" }).ClickAsync();
        await page.Locator("#saturday").FillAsync("10–13");
        await page.Locator("#hours button").ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("Saved.");
        await Shot("7-hours");

        await page.GotoAsync(product.App("/bookings/new"));
        // The first day with a free time: today's may be over.
        if (await page.Locator("#book input[name=start]").CountAsync() == 0)
            await page.Locator(".also-free button").First.ClickAsync();
        await page.Locator("#name").FillAsync("Tom Baker");
        await page.Locator("#email").FillAsync($"tom@{slug}.example");
        await page.Locator(".also-free button").First.ClickAsync();
        await Expect(page.Locator("#name")).ToHaveValueAsync("Tom Baker");
        await page.Locator("#book input[name=start]").First.CheckAsync();
        await Shot("8-by-hand");
        // Enter in a field does what the last button does.
        await page.Locator("#name").PressAsync("Enter");
        await Expect(page.Locator(".flash")).ToContainTextAsync("Booked.");
        await Shot("9-appointment");
        var appointment = new Uri(page.Url).AbsolutePath;

        await page.GotoAsync(product.App($"{appointment}/move"));
        await Shot("10-move");
        await page.GotoAsync(product.App($"{appointment}/cancel"));
        await Shot("11-cancel");
        await page.GotoAsync(product.App(appointment));
        var day = await page.GetByRole(AriaRole.Link, new() { Name = "That day" }).GetAttributeAsync("href");
        await page.GotoAsync(product.App($"/bookings/block?{day![(day!.IndexOf('?', StringComparison.Ordinal) + 1)..]}"));
        await page.Locator("#note").FillAsync("Dentist");
        await Shot("12-block");
        await page.Locator("#block button").ClickAsync();
        await Expect(page.Locator(".agenda-item.blocked")).ToContainTextAsync("Dentist");
        await Shot("13-day");
        await page.GotoAsync(product.App(day.Replace("view=day", "view=week", StringComparison.Ordinal)));
        await Expect(page.Locator(".agenda-item a")).ToContainTextAsync("Tom Baker");
        await Shot("14-week");
        await page.GotoAsync(product.App("/bookings?view=list"));
        await Expect(page.Locator("tbody")).ToContainTextAsync("Tom Baker");
        await Shot("15-list");
        await page.GotoAsync(product.App($"/bookings/why?at=2026-01-05T10:00"));
        await Shot("16-why");

        async Task Shot(string step)
        {
            await Expect(page.Locator("main")).ToBeVisibleAsync();
            await Product.Picture(page, $"bookings-{name}-{step}");
            Assert.Empty(await page.EvaluateAsync<string[]>(LookTests.NamelessControls));
            Assert.Empty(await page.EvaluateAsync<string[]>(LookTests.SmallTargets));
            Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), $"{page.Url} is wider than {width} px.");
        }
    }
}
