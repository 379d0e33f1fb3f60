using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Asking for one's own data on a telephone, and answering it at a desk.</summary>
[Collection(nameof(Product))]
public sealed class YourDataTests(Product product)
{
    [Fact]
    public async Task A_caller_asks_for_a_copy_and_to_be_removed_and_the_owner_answers_both()
    {
        const string address = "ana@asking.example";
        await using var shop = await Shop.Open(product, "tide-keys");
        var (owner, caller) = (shop.Owner, await shop.Somebody());
        await shop.Ask(caller, "Water leak", "The tap drips.", address);
        await caller.GotoAsync(product.Desk("tide-keys"));
        await Shop.Follow(caller, "Your data");
        await Shop.Look(caller, "your-data-start");
        await caller.GetByLabel("Your email address").FillAsync(address);
        await Shop.Press(caller, "Mail me the link");
        await Shop.Says(caller, "A mail with a link is on its way");
        await shop.FromMail(caller, address, "/your-data/");
        await Shop.Says(caller, "Requests you sent");
        await Shop.Look(caller, "your-data");
        var page = caller.Url;
        await Shop.Press(caller, "Send me everything");
        await Shop.Says(caller, "You are answered by");
        await Shop.Follow(caller, "Ask to be removed");
        await Shop.Look(caller, "your-data-remove");
        await Shop.Press(caller, "Ask to be removed");
        await Shop.Says(caller, "It is asked");
        await Shop.Look(caller, "your-data-asked");

        await owner.GotoAsync(product.App("/settings"));
        await Shop.Follow(owner, "Requests about data");
        await Shop.Look(owner, "data-requests");
        await owner.GetByRole(AriaRole.Link, new() { Name = "A copy of everything" }).ClickAsync();
        await Shop.Look(owner, "data-request-copy");
        await Shop.Press(owner, "Send what we keep");
        await Shop.Says(owner, "The copy is sent");
        await owner.GotoAsync(product.App("/data-requests"));
        await owner.GetByRole(AriaRole.Link, new() { Name = "To be removed" }).ClickAsync();
        await Shop.Look(owner, "data-request-removal");
        await Shop.Follow(owner, "Remove them");
        await Shop.Look(owner, "data-request-remove");
        await Shop.Press(owner, "Remove them");
        await Shop.Says(owner, "They are removed at");
        await Shop.Look(owner, "data-request-waiting");
        await Shop.Press(owner, "Do not remove them");
        await Shop.Says(owner, "Nothing is removed");

        await caller.GotoAsync(page);
        var download = await caller.RunAndWaitForDownloadAsync(() => caller.GetByText("Download the copy").ClickAsync());
        Assert.Matches(new Regex("^tide-keys-your-data-.*[.]zip$"), download.SuggestedFilename);
        await download.DeleteAsync();
        await Expect(caller.GetByText("A copy was sent to you")).ToBeVisibleAsync();
    }
}
