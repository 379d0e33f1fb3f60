using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>What an owner sees when a mail came back, and when somebody did not want one.</summary>
[Collection(nameof(Product))]
public sealed class DeliveriesTests(ResendProduct product) : IClassFixture<ResendProduct>
{
    [Fact]
    public async Task A_mail_that_came_back_and_one_that_was_unwanted_are_shown_where_the_owner_looks()
    {
        await using var shop = await Shop.Open(product, "deliveries");
        var owner = shop.Owner;
        await shop.AddVendor("Rivera Plumbing");
        await shop.AddVendor("Sparks Electric");
        await shop.AddRule("Plumbing", "Rivera Plumbing");
        await shop.AddRule("Electrical", "Sparks Electric");

        await shop.Ask(await shop.Somebody(), "Plumbing", "The tap drips.");
        await product.Report("email.bounced", await product.Mail(shop.AddressOf("Rivera Plumbing"), "The tap drips."));
        await Reads("The tap drips.", "came back");
        await Shop.Look(owner, "deliveries-bounced");
        await Vendor("Rivera Plumbing", "This address refused a mail for good");
        await Shop.Look(owner, "deliveries-bounced-vendor");

        await shop.Ask(await shop.Somebody(), "Electrical", "The light is out.");
        var mail = await product.Mail(shop.AddressOf("Sparks Electric"), "The light is out.");
        await product.Report("email.delivered", mail);
        await product.Report("email.complained", mail);
        await Reads("The light is out.", "marked it as unwanted");
        await Shop.Look(owner, "deliveries-unwanted");
        await Vendor("Sparks Electric", "They marked a mail of yours as unwanted");
        await Shop.Look(owner, "deliveries-unwanted-vendor");

        // Until the request says so: the provider's word is worked off by itself.
        async Task Reads(string request, string said)
        {
            await owner.GotoAsync(product.App("/history"));
            await owner.Locator("main a[href*='/requests/']").Filter(new() { HasText = request }).Or(owner.Locator("main tr, main li").Filter(new() { HasText = request }).Locator("a[href*='/requests/']")).First.ClickAsync();
            await Expect(owner.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            for (var looks = 0; looks < 200 && !(await owner.Locator("main").InnerTextAsync()).Contains(said, StringComparison.Ordinal); looks++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
                await owner.ReloadAsync();
            }

            await Shop.Says(owner, said);
        }

        async Task Vendor(string name, string said)
        {
            await owner.GotoAsync(product.App("/vendors"));
            await Shop.Follow(owner, name);
            await Expect(owner.Locator("#refusal")).ToContainTextAsync(said);
        }
    }
}
