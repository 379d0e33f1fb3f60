using System.Net;
using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>A guest's way through a booking, as they see it: on a phone without scripts, on a wide screen in the dark, against somebody quicker, and on the business's own site.</summary>
[Collection(nameof(Product))]
public sealed class GuestBookingTests(Product product)
{
    /// <summary>Not the first, which may be too soon by when the form is sent.</summary>
    internal const string Time = "button[name=slot] >> nth=5";

    [Theory]
    [InlineData("phone", 360, 740, ColorScheme.Light, false)]
    [InlineData("phone-dark", 360, 740, ColorScheme.Dark, true)]
    [InlineData("desktop", 1440, 900, ColorScheme.Light, true)]
    public async Task A_guest_books_moves_and_cancels(string name, int width, int height, ColorScheme scheme, bool script)
    {
        var slug = await Business(product, $"guest-{name.Length}{script}".ToLowerInvariant());
        await using var browser = await product.NewBrowser(new()
        {
            ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, JavaScriptEnabled = script, ReducedMotion = ReducedMotion.Reduce, TimezoneId = "Asia/Kathmandu",
        });
        var page = await browser.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add($"{page.Url}: {message.Text}"); };
        await page.GotoAsync(product.Desk(slug));
        await page.GetByRole(AriaRole.Link, new() { Name = "Book an appointment" }).ClickAsync();
        // A browser that runs scripts says by itself where its guest is.
        await Expect(page.Locator(".zones")).ToContainTextAsync(script ? "Kathmandu time (UTC+05:45)" : "London time");
        await Shot("1-times");
        var time = page.Locator(Time);
        var chosen = await time.GetAttributeAsync("value");
        await time.ClickAsync();
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");
        await Shot("2-details");

        await page.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
        await Expect(page.Locator("#errors")).ToBeVisibleAsync();
        await Shot("3-errors");
        await Fill(page, slug);
        await page.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("It is booked.");
        await Shot("4-booked");

        await page.GotoAsync(await product.LinkMailedTo($"tom@{slug}.example", "/a/"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Move it", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Move Viewing" })).ToBeVisibleAsync();
        await Expect(page.Locator($"button[value='{chosen}']")).ToHaveCountAsync(0);
        await Shot("5-move");
        await page.Locator("button[name=slot]").Last.ClickAsync();
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");
        await Shot("6-confirm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move it to the new time" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("It is moved.");

        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel it", Exact = true }).ClickAsync();
        await Shot("7-cancel");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the appointment" }).ClickAsync();
        await Expect(page.Locator(".pill")).ToHaveTextAsync("Cancelled");
        await Shot("8-cancelled");

        await page.GotoAsync(product.Desk(slug, "/book/zone"));
        await Shot("9-zone");
        // The page with errors is answered 422, which the browser notes as such.
        Assert.DoesNotContain(complaints, complaint => !complaint.Contains("422", StringComparison.Ordinal));

        Task Shot(string step) => Look(page, $"guest-{name}-{step}", width);
    }

    [Fact]
    public async Task Of_two_who_press_one_time_at_once_one_keeps_it_and_the_other_takes_a_near_one()
    {
        var slug = await Business(product, "race-of-two");
        await using var ones = await product.NewBrowser(360, 740);
        await using var others = await product.NewBrowser(360, 740, ColorScheme.Dark);
        var pages = new[] { await ones.NewPageAsync(), await others.NewPageAsync() };
        foreach (var page in pages)
        {
            await page.GotoAsync(product.Desk(slug, "/book?zone=Europe/Lisbon"));
            await Expect(page.Locator(Time)).ToBeVisibleAsync();
        }

        var value = await pages[0].Locator(Time).GetAttributeAsync("value");
        await Task.WhenAll(pages.Select(page => page.Locator($"button[value='{value}']").ClickAsync()));
        foreach (var page in pages)
            await Expect(page.Locator("#kept, [role=alert]")).ToBeVisibleAsync();
        var kept = await Task.WhenAll(pages.Select(page => page.Locator("#kept").CountAsync()));
        Assert.Equal(1, kept.Sum());
        var (winner, loser) = kept[0] == 1 ? (pages[0], pages[1]) : (pages[1], pages[0]);
        await Expect(loser.Locator("h1")).ToHaveTextAsync("That time is not free any more");
        await Look(loser, "guest-race-taken", 360);
        await loser.GetByRole(AriaRole.Button, new() { Name = "Take this time" }).ClickAsync();
        await Expect(loser.Locator("#kept")).ToContainTextAsync("Kept for you until");
        foreach (var page in new[] { loser, winner })
        {
            await Fill(page, slug);
            await page.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
            await Expect(page.Locator("main")).ToContainTextAsync("It is booked.");
        }

        Assert.NotEqual(await winner.Locator("dd b").First.TextContentAsync(), await loser.Locator("dd b").First.TextContentAsync());
    }

    [Fact]
    public async Task Leaving_the_form_lets_go_of_the_time()
    {
        var slug = await Business(product, "leaves-it");
        await using var browser = await product.NewBrowser(360, 740);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(product.Desk(slug, "/book?zone=Europe/Lisbon"));
        var time = page.Locator(Time);
        var value = await time.GetAttributeAsync("value");
        await time.ClickAsync();
        await Expect(page.Locator("#kept")).ToContainTextAsync("Kept for you until");
        await page.GotoAsync(product.Desk(slug));
        // The word goes out as the page goes; it arrives when it does.
        var button = page.Locator($"button[value='{value}']");
        for (var loads = 0; loads < 100; loads++)
        {
            await page.GotoAsync(product.Desk(slug, "/book?zone=Europe/Lisbon"));
            if (await button.CountAsync() == 1)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }

        Assert.Fail("The time is still kept.");
    }

    [Fact]
    public async Task One_line_of_html_puts_booking_on_the_businesss_own_site()
    {
        var slug = await Business(product, "own-site");
        await using var browser = await product.NewBrowser(800, 900);
        var page = await browser.NewPageAsync();
        // Another site altogether, for the browser: by number and not under the domain.
        using var site = new HttpListener();
        var address = $"http://127.0.0.1:{Product.FreePort()}/";
        site.Prefixes.Add(address);
        site.Start();
        var opened = page.GotoAsync(address);
        var visit = await site.GetContextAsync();
        visit.Response.ContentType = "text/html";
        await visit.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"<!DOCTYPE html><title>Our salon</title><h1>Our salon</h1><script src=\"{product.Desk(slug, "/book.js")}\" async></script><p>Welcome.</p>"));
        visit.Response.Close();
        await opened;
        var frame = page.FrameLocator("iframe[title='Book an appointment']");
        await frame.Locator(Time).ClickAsync();
        await Expect(frame.Locator("#kept")).ToContainTextAsync("Kept for you until");
        await Look(page, "guest-embedded-details", 800);
        await frame.Locator("#name").FillAsync("Tom Baker");
        await frame.Locator("#email").FillAsync($"tom@{slug}.example");
        await Pause();
        await frame.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
        await Expect(frame.Locator("h1")).ToHaveTextAsync("Booked");
        // The frame is as high as what is in it.
        await Expect(page.Locator("iframe")).Not.ToHaveCSSAsync("height", "720px");
        await Look(page, "guest-embedded-booked", 800);
        var own = await page.RunAndWaitForPopupAsync(() => frame.GetByRole(AriaRole.Link, new() { Name = "See, move or cancel it" }).ClickAsync());
        await Expect(own.Locator(".pill")).ToHaveTextAsync("Booked");
        Assert.StartsWith("http", await product.LinkMailedTo($"tom@{slug}.example", "/a/"), StringComparison.Ordinal);
    }

    internal static async Task<string> Business(Product product, string slug)
    {
        await using var browser = await product.NewBrowser(script: false);
        var page = await browser.NewPageAsync();
        await StoryTests.SignUp(product, page, slug, $"owner@{slug}.example");
        await page.GotoAsync(product.App("/bookings"));
        await page.Locator("#service").FillAsync("Viewing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch bookings on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Bookings are on" })).ToBeVisibleAsync();
        // The first free time may be near, and is moved all the same.
        await page.GotoAsync(product.App("/bookings/services"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Viewing", Exact = true }).ClickAsync();
        await page.Locator("#change").FillAsync("0");
        await page.Locator("#service button").ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("Saved.");
        return slug;
    }

    internal static async Task Fill(IPage page, string slug)
    {
        await page.GetByLabel("Your name").FillAsync("Tom Baker");
        await page.Locator("#email").FillAsync($"tom@{slug}.example");
        await page.GetByLabel("Anything else").FillAsync("I come with a dog.");
        await Pause();
    }

    // Nobody fills in a form in less: the desk asks to press again.
    internal static Task Pause() => Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);

    internal static async Task Look(IPage page, string name, int width)
    {
        await Product.Picture(page, name);
        Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), $"{page.Url} is wider than {width} px.");
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        Assert.Empty(await page.EvaluateAsync<string[]>(LookTests.NamelessControls));
        Assert.Empty(await page.EvaluateAsync<string[]>(LookTests.SmallTargets));
    }
}
