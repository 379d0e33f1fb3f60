using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Every request of a browser is written down: nothing comes from anybody else, but for what counts visits on the page that sells.</summary>
[Collection(nameof(Product))]
public sealed class ForeignTests(Product product)
{
    private const string Slug = "nothing-foreign";

    // For signing in, and to know the browser again that asked for it (P17).
    private static readonly string[] s_essential = ["asked", "browser", "session"];

    private readonly ConcurrentQueue<string> _asked = [];

    [Fact]
    public async Task Nothing_that_owners_callers_vendors_and_guests_look_at_comes_from_anybody_else_and_only_essential_cookies_are_set()
    {
        await using var shop = await Shop.Open(product, Slug);
        var owner = Recorded(shop.Owner);
        await shop.AddVendor("Rivera Plumbing");
        await shop.AddRule("Plumbing", "Rivera Plumbing");
        await owner.GotoAsync(product.App("/bookings"));
        await owner.Locator("#service").FillAsync("Viewing");
        await Shop.Press(owner, "Switch bookings on");
        await Expect(owner.GetByRole(AriaRole.Heading, new() { Name = "Bookings are on" })).ToBeVisibleAsync();
        await using var signedIn = await product.NewBrowser(new() { StorageState = await product.DemoOwner });
        var dashboard = Recorded(await signedIn.NewPageAsync());
        foreach (var path in LookTests.Dashboard)
            await dashboard.GotoAsync(product.App(path));

        var caller = Recorded(await shop.Somebody());
        await shop.Ask(caller, "Plumbing", "The tap drips.");
        var vendor = Recorded(await shop.Somebody());
        await shop.FromVendorsMail(vendor, "Rivera Plumbing");
        await Expect(vendor.Locator("main")).ToContainTextAsync("The tap drips.");
        var guest = Recorded(await shop.Somebody());
        await guest.GotoAsync(product.Desk(Slug, "/book?zone=Europe/Lisbon"));
        await guest.Locator(GuestBookingTests.Time).ClickAsync();
        await GuestBookingTests.Fill(guest, Slug);
        await Shop.Press(guest, "Book");
        await Shop.Says(guest, "It is booked.");
        await guest.GotoAsync(await product.LinkMailedTo($"tom@{Slug}.example", "/a/"));
        await Expect(guest.Locator(".pill")).ToHaveTextAsync("Booked");
        var stranger = Recorded(await shop.Somebody());
        foreach (var address in (string[])[product.Home("/privacy"), product.Home("/promises"), product.App("/sign-in"), product.App("/sign-up")])
            await stranger.GotoAsync(address);

        Assert.DoesNotContain(_asked, IsForeign);
        Assert.All([product.App(), product.Desk(Slug), product.Home("/privacy")], address => Assert.Contains(address, _asked));
        foreach (var page in new[] { owner, dashboard, stranger })
        {
            Assert.All(await page.Context.CookiesAsync(), cookie => Assert.Equal(
                (true, true, SameSiteAttribute.Lax, "app.localhost", "/"), (s_essential.Contains(cookie.Name), cookie.HttpOnly, cookie.SameSite, cookie.Domain, cookie.Path)));
        }

        Assert.Contains(await owner.Context.CookiesAsync(), cookie => cookie.Name == "session");
        foreach (var page in new[] { caller, vendor, guest })
            Assert.Empty(await page.Context.CookiesAsync());
        foreach (var page in new[] { owner, dashboard, caller, vendor, guest, stranger })
            Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));
    }

    [Fact]
    public async Task A_look_at_the_page_that_sells_is_counted_without_a_cookie_and_with_consent_to_nothing()
    {
        await using var browser = await product.NewBrowser();
        var page = Recorded(await browser.NewPageAsync());
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add(message.Text); };
        await page.GotoAsync(product.Home("/?from=somewhere"));

        Assert.Equal([$"https://www.googletagmanager.com/gtag/js?id={Product.AnalyticsId}"], _asked.Where(IsForeign));
        Assert.Equal(["denied", "denied", "denied", "denied"], await page.EvaluateAsync<string[]>("Object.values(window.dataLayer[0][2])"));
        Assert.Equal(product.Home(), await page.EvaluateAsync<string>("window.dataLayer[2][2].page_location"));
        Assert.Empty(await browser.CookiesAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));
        Assert.Empty(complaints);
        await page.GotoAsync(product.Home("/privacy"));
        await Expect(page.Locator("#analytics")).ToContainTextAsync("has Google count that it was looked at");
        await Product.Picture(page, "privacy-counted");
        Assert.Single(_asked, IsForeign);
    }

    [Theory]
    [InlineData("DNT", null)]
    [InlineData("Sec-GPC", null)]
    // As when a page was kept on the way that another browser asked for.
    [InlineData(null, "globalPrivacyControl")]
    public async Task Whoever_asks_not_to_be_tracked_is_not_counted(string? header, string? property)
    {
        await using var browser = await product.NewBrowser(new() { ExtraHTTPHeaders = header is null ? null : [KeyValuePair.Create(header, "1")] });
        if (property is not null)
            await browser.AddInitScriptAsync($"Object.defineProperty(Navigator.prototype, '{property}', {{ get: () => true }})");
        var page = Recorded(await browser.NewPageAsync());
        await page.GotoAsync(product.Home());

        Assert.Contains(product.Home(), _asked);
        Assert.Equal(property is null ? 0 : 1, await page.Locator("script[src*='analytics']").CountAsync());
        Assert.DoesNotContain(_asked, IsForeign);
        Assert.False(await page.EvaluateAsync<bool>("'dataLayer' in window"));
    }

    private bool IsForeign(string address) =>
        new Uri(address) is { Scheme: not "data" } uri && !(uri.Port == product.Port && (uri.Host == "localhost" || uri.Host.EndsWith(".localhost", StringComparison.Ordinal)));

    private IPage Recorded(IPage page)
    {
        page.Context.Request += (_, request) => _asked.Enqueue(request.Url);
        return page;
    }
}
