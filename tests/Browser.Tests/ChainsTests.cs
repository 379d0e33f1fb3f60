using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Who is asked and when: a rule made by hand, looked at before it matters.</summary>
[Collection(nameof(Product))]
public sealed class ChainsTests(Product product)
{
    [Fact]
    public async Task A_rule_asks_two_at_once_then_one_on_duty_and_all_of_it_again_and_can_be_looked_at_before()
    {
        await using var shop = await Shop.Open(product, "shop-chain");
        var owner = shop.Owner;
        foreach (var vendor in new[] { "Rivera Plumbing", "Cole & Sons", "Keystone Locks" })
            await shop.AddVendor(vendor);
        await Shop.Follow(owner, "Change when they are on duty");
        await owner.GetByText("In their own hours").ClickAsync();
        await owner.GetByLabel("Monday").FillAsync("9-17");
        await Shop.Press(owner, "Save");

        await Shop.Follow(owner, "Rules");
        await Shop.Follow(owner, "Add a rule");
        await Shop.Choose(owner, "category", "Plumbing");
        await Shop.Choose(owner, "vendor-0", "Rivera Plumbing");
        await Shop.Press(owner, "Ask another at once");
        await Shop.Choose(owner, "vendor-0-1", "Cole & Sons");
        await Shop.Press(owner, "Add another vendor");
        await Shop.Choose(owner, "vendor-1", "Keystone Locks");
        await owner.Locator("[name=wait-1]").FillAsync("1");
        await Shop.Choose(owner, "unit-1", "hours");
        await owner.Locator("[name=duty-1]").CheckAsync();
        await owner.Locator("[name=counts-1]").CheckAsync();
        await owner.GetByLabel("How often in all").SelectOptionAsync("2 times");
        await Shop.Look(owner, "rule-1-being-made");
        await Shop.Press(owner, "Add the rule");
        await Shop.Says(owner, "Keystone Locks");
        await Shop.Look(owner, "rule-2-listed");
        await owner.Locator("main table a").First.ClickAsync();
        await Shop.Says(owner, "Whatever happens, somebody has it or you are told within");

        await Shop.Follow(owner, "Rules");
        await Shop.Follow(owner, "At another time, step by step, or with a test");
        await Shop.Choose(owner, "category", "Plumbing");
        await owner.GetByLabel("When").FillAsync("2030-01-08T10:00");
        await Shop.Press(owner, "Show");
        var answer = owner.Locator("main .timeline");
        foreach (var step in new[] { "Rivera Plumbing is asked", "Cole & Sons is asked", "It waits for Keystone Locks to be on duty", "You are asked" })
            await Expect(answer).ToContainTextAsync(step);
        await Shop.Look(owner, "who-would-get-this");

        await Shop.Press(owner, "Send a test");
        await Shop.Says(owner, "is not counted in the numbers");
        await Shop.Look(owner, "test-1-owner");
        var asked = await shop.Somebody();
        await shop.FromVendorsMail(asked, "Rivera Plumbing");
        await Expect(asked.Locator(".flash").First).ToContainTextAsync("test");
        await Shop.Look(asked, "test-2-vendor");

        await shop.AddRule("Electrical", "Keystone Locks");
        await Shop.Follow(owner, "Where the week has holes");
        await Shop.Says(owner, "At some hours nobody is on duty for Electrical");
        await Shop.Says(owner, "No rule covers Water leak");
        await Expect(owner.GetByRole(Microsoft.Playwright.AriaRole.Table)).ToContainTextAsync("Nobody for Electrical");
        await Shop.Look(owner, "coverage");
    }
}
