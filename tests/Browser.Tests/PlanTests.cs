using System.Diagnostics;
using System.Net;
using Backsoon.Billing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>An owner's way to Stripe and back, by clicking alone.</summary>
[Collection(nameof(Product))]
public sealed class PlanTests(Product product)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("phone", 360, 740, ColorScheme.Light)]
    [InlineData("desktop-dark", 1440, 900, ColorScheme.Dark)]
    public async Task An_owner_chooses_a_plan_pays_and_looks_at_invoices(string name, int width, int height, ColorScheme scheme)
    {
        var slug = $"plan-{name[..5]}";
        await using var browser = await product.NewBrowser(width, height, scheme, script: false);
        var page = await browser.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add($"{page.Url}: {message.Text}"); };
        await StoryTests.SignUp(product, page, slug, $"owner@{slug}.example");
        await page.GotoAsync(product.App("/more"));
        await page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Plan and payments" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your trial" })).ToBeVisibleAsync();
        await Shot("1-trial");

        await page.GetByRole(AriaRole.Button, new() { Name = "Choose Team" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Checkout of the stand-in" })).ToBeVisibleAsync();
        var visit = product.Stripe.Books.Session(new Uri(page.Url).Segments[^1]);
        await page.Locator("#back").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing was chosen" })).ToBeVisibleAsync();
        await Shot("2-stopped");
        await page.GetByRole(AriaRole.Link, new() { Name = "Look at the plans" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose Team" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Waiting for Stripe" })).ToBeVisibleAsync();
        await Shot("3-waiting");

        await Report(visit.Customer);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask Stripe now" }).ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("Your plan is chosen.");
        await Expect(page.Locator("#plan")).ToContainTextAsync("Team, 29 euros a month");
        await Shot("4-chosen");
        await page.GotoAsync(product.App("/billing/done"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Thank you" })).ToBeVisibleAsync();
        await Shot("5-thanks");
        await page.GotoAsync(product.App("/billing"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Manage card and invoices" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Portal of the stand-in" })).ToBeVisibleAsync();
        await page.Locator("#back").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your plan", Exact = true })).ToBeVisibleAsync();

        await Expect(page.Locator("#no-payment")).ToBeVisibleAsync();
        product.Stripe.Books.Renew((string)product.Stripe.Books.Subscriptions.Single(one => (string?)one["customer"] == visit.Customer)["id"]!);
        await Report(visit.Customer);
        for (var clock = Stopwatch.StartNew(); await page.Locator("#paid tbody tr").CountAsync() == 0; await page.GotoAsync(product.App("/billing")))
            Assert.True(clock.Elapsed < s_patience, "The payment is on the page.");
        await Shot("5-paid");

        // A month later the card has expired.
        product.Stripe.Books.Fail((string)product.Stripe.Books.Subscriptions.Single(one => (string?)one["customer"] == visit.Customer)["id"]!);
        await Report(visit.Customer);
        for (var clock = Stopwatch.StartNew(); await page.GetByRole(AriaRole.Heading, new() { Name = "A payment failed" }).CountAsync() == 0; await page.GotoAsync(product.App("/billing")))
            Assert.True(clock.Elapsed < s_patience, "The failed payment is on the page.");
        await Shot("6-failed");
        await page.GotoAsync(product.App("/"));
        await Expect(page.Locator("#billing-note")).ToContainTextAsync("A payment did not go through");
        await Shot("7-board");
        Assert.Empty(product.Stripe.Violations);
        Assert.Empty(complaints);

        async Task Shot(string step)
        {
            await Expect(page.Locator("main")).ToBeVisibleAsync();
            await Product.Picture(page, $"plan-{name}-{step}");
            Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"), $"{page.Url} is wider than {width} px.");
        }
    }

    /// <summary>All that happened to a customer, the last first.</summary>
    private async Task Report(string customer)
    {
        using var stripe = new HttpClient();
        foreach (var notice in product.Stripe.Books.Notices.Where(notice => notice.Reported.Customer == customer).Reverse())
        {
            using var request = StripeBooks.Delivery($"http://127.0.0.1:{product.Port}/webhooks/stripe", notice, TimeProvider.System.GetUtcNow());
            request.Headers.Host = $"localhost:{product.Port}";
            using var answer = await stripe.SendAsync(request);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }
}
