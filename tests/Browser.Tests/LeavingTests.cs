using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Leaving as an owner does it: take everything along, close and come back, delete and think better of it.</summary>
[Collection(nameof(Product))]
public sealed class LeavingTests(Product product)
{
    [Fact]
    public async Task Somebody_takes_everything_along_leaves_comes_back_and_undoes_a_deletion()
    {
        await using var shop = await Shop.Open(product, "quay-keys");
        var owner = shop.Owner;
        var caller = await shop.Somebody();

        await owner.GotoAsync(product.App("/leave"));
        await Shop.Look(owner, "leave");
        await Shop.Press(owner, "Make a file of everything");
        // The page shows by itself when it is ready.
        await Expect(owner.GetByText("Download it")).ToBeVisibleAsync();
        var download = await owner.RunAndWaitForDownloadAsync(() => owner.GetByText("Download it").ClickAsync());
        Assert.Matches(new Regex("^quay-keys-.*[.]zip$"), download.SuggestedFilename);
        await download.DeleteAsync();
        await Shop.Look(owner, "leave-archive");

        await owner.GetByRole(AriaRole.Link, new() { Name = "Close the page of" }).ClickAsync();
        await Shop.Look(owner, "leave-close");
        await Shop.Press(owner, "Close the page");
        // It is in its trial, and what it has until that ends it keeps.
        await Shop.Says(owner, "Your page closes on");
        await Shop.Look(owner, "leave-closing");
        await caller.GotoAsync(product.Desk("quay-keys"));
        await Expect(caller.GetByLabel("Your name")).ToBeVisibleAsync();
        await Expect(caller.GetByText("This page is closed")).ToHaveCountAsync(0);
        await Shop.Press(owner, "Stay");
        await owner.GotoAsync(product.App("/leave"));
        await Expect(owner.GetByRole(AriaRole.Link, new() { Name = "Close the page of" })).ToBeVisibleAsync();

        await owner.GotoAsync(product.App("/leave"));
        await Shop.Press(owner, "Mail me the link to delete everything");
        await Shop.Says(owner, "We have mailed a link");
        await shop.FromMail(caller, shop.Email, "/delete/");
        await Shop.Look(caller, "delete-confirm");
        await caller.Locator("main button").ClickAsync();
        await Shop.Says(caller, "until then you can undo it");
        await Shop.Look(caller, "deletion-waiting");
        var visitor = await shop.Somebody();
        await visitor.GotoAsync(product.Desk("quay-keys"));
        await Shop.Says(visitor, "This page is closed");
        await Shop.Look(visitor, "desk-closed");
        await owner.GotoAsync(product.App("/vendors"));
        await Shop.Says(owner, "Your page is closed");
        await Shop.Look(owner, "leave-deleting");
        await Shop.Press(caller, "Undo the deletion");
        await Shop.Says(caller, "nothing was deleted");
        await owner.GotoAsync(product.App("/vendors"));
        await Expect(owner).ToHaveURLAsync(new Regex("/vendors$"));
        await visitor.ReloadAsync();
        await Expect(visitor.GetByLabel("Your name")).ToBeVisibleAsync();
        await Expect(visitor.GetByText("This page is closed")).ToHaveCountAsync(0);
    }
}
