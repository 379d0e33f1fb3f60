using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>The page of a vendor's own, as they use it and as the owner gives and takes it.</summary>
[Collection(nameof(Product))]
public sealed class VendorDeskTests(Product product)
{
    [Fact]
    public async Task A_vendor_has_a_page_of_their_own_says_when_they_are_away_and_an_old_link_is_dead()
    {
        await using var shop = await Shop.Open(product, "shop-desk");
        var owner = shop.Owner;
        await shop.AddVendor("Rivera Plumbing");
        await shop.AddRule("Plumbing", "Rivera Plumbing");
        await shop.Ask(await shop.Somebody(), "Plumbing", "The drain of the shower is slow.");
        await Shop.Follow(owner, "Vendors");
        await Shop.Follow(owner, "Rivera Plumbing");
        await Shop.Look(owner, "desk-1-the-owner-passes-it-on");
        await Shop.Press(owner, "Send it by mail");

        var vendor = await shop.Somebody();
        await shop.FromVendorsMail(vendor, "Rivera Plumbing", "/vendor/");
        await Expect(vendor.Locator(".entries")).ToContainTextAsync("Plumbing");
        var old = vendor.Url;
        await vendor.Locator(".entries a").First.ClickAsync();
        await Expect(vendor.Locator("body")).ToContainTextAsync("The drain of the shower is slow.");
        await vendor.GoBackAsync();
        await vendor.GetByLabel("Back on").FillAsync(await vendor.EvaluateAsync<string>("new Date(Date.now() + 9 * 864e5).toISOString().slice(0, 10)"));
        await Shop.Press(vendor, "Not available until then");
        await Expect(vendor.Locator(".flash")).ToContainTextAsync("Nothing new is asked of you until then.");
        await Shop.Look(vendor, "desk-2-a-vendor-is-away");

        await owner.ReloadAsync();
        await Shop.Says(owner, "Not available until");
        await Shop.Press(owner, "Renew");
        await Expect(owner.Locator(".flash")).ToBeVisibleAsync();
        await Shop.Look(owner, "desk-3-renewed");
        await vendor.GotoAsync(old);
        await Expect(vendor.Locator("body")).ToContainTextAsync("This link is over");
        await Shop.Look(vendor, "desk-4-an-old-link");
        await vendor.GotoAsync(await owner.GetByLabel("Their link").InputValueAsync());
        await Shop.Press(vendor, "I am back now");
        await Expect(vendor.Locator(".flash")).ToContainTextAsync("You are asked again from now on.");
    }
}
