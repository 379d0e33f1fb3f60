using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>What callers, vendors and the owner show and write to each other.</summary>
[Collection(nameof(Product))]
public sealed class TalkTests(Product product)
{
    // What a telephone takes, drawn by the browser: a brown stain under a ceiling.
    private const string Draw =
        """
        (() => {
            const canvas = Object.assign(document.createElement('canvas'), { width: 1200, height: 900 }), draw = canvas.getContext('2d');
            draw.fillStyle = '#DAD6CB'; draw.fillRect(0, 0, 1200, 900);
            draw.fillStyle = '#B9AE98'; draw.fillRect(0, 620, 1200, 280);
            const stain = draw.createRadialGradient(560, 300, 30, 560, 300, 330);
            stain.addColorStop(0, '#8A6A3F'); stain.addColorStop(0.7, '#B79A6B'); stain.addColorStop(1, '#DAD6CB');
            draw.fillStyle = stain; draw.beginPath(); draw.ellipse(560, 300, 340, 220, 0.2, 0, 7); draw.fill();
            return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
        })()
        """;

    [Fact]
    public async Task Photos_come_with_a_request_and_vendor_and_owner_see_them()
    {
        await using var shop = await Shop.Open(product, "shop-photos");
        await shop.AddVendor("Rivera Plumbing");
        await shop.AddRule("Plumbing", "Rivera Plumbing");
        var caller = await shop.Somebody();
        var photo = new FilePayload { Name = "ceiling.jpg", MimeType = "image/jpeg", Buffer = Convert.FromBase64String(await caller.EvaluateAsync<string>(Draw)) };
        var heic = new FilePayload { Name = "IMG_0007.HEIC", MimeType = "image/heic", Buffer = [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0] };

        await shop.Ask(caller, "Plumbing", "There is a brown stain on the ceiling, and it grows.", photos: [photo, heic]);
        await Expect(caller.Locator(".flash")).ToContainTextAsync("HEIC");
        Assert.DoesNotContain('?', caller.Url);
        await Expect(caller.Locator("#timeline")).ToContainTextAsync("You sent 1 photo");
        await Shop.Look(caller, "photos-1-one-taken-one-refused");

        var vendor = await shop.Somebody();
        await shop.FromVendorsMail(vendor, "Rivera Plumbing");
        await Seen(vendor);
        await Shop.Look(vendor, "photos-2-vendor");
        await Shop.Follow(shop.Owner, "Board");
        await shop.Owner.GetByRole(AriaRole.Link).Filter(new() { HasText = "Plumbing" }).First.ClickAsync();
        await Seen(shop.Owner);
        await shop.Owner.GetByText("Times in full").ClickAsync();
        await Shop.Look(shop.Owner, "photos-3-owner");
    }

    [Fact]
    public async Task Caller_and_vendor_write_to_each_other_and_neither_sees_the_others_address()
    {
        await using var shop = await Shop.Open(product, "shop-talk");
        await shop.AddVendor("Rivera Plumbing");
        await shop.AddRule("Plumbing", "Rivera Plumbing");
        var (caller, vendor) = (await shop.Somebody(), await shop.Somebody());
        await shop.Ask(caller, "Plumbing", "The tap in the kitchen does not close.", "ana@talk.example");
        await shop.FromVendorsMail(vendor, "Rivera Plumbing");
        await Shop.Press(vendor, "Accept");
        await Expect(vendor.Locator("body")).ToContainTextAsync("You have it");

        await caller.ReloadAsync();
        await Shop.Follow(caller, "Write, or add photos");
        await caller.GetByLabel("Your message").FillAsync("The key is with the neighbour on the left, ماريا.");
        await Shop.Look(caller, "talk-1-caller-writes");
        await Shop.Press(caller, "Send");
        await Expect(caller.Locator(".flash")).ToContainTextAsync("Your message is with Rivera Plumbing now.");

        await shop.FromVendorsMail(vendor, "Rivera Plumbing");
        await Expect(vendor.Locator("#messages")).ToContainTextAsync("The key is with the neighbour");
        await vendor.GetByLabel("Your message").FillAsync("Thank you. I come at five.");
        await Shop.Look(vendor, "talk-2-vendor-answers");
        await Shop.Press(vendor, "Send the message");
        await Expect(vendor.Locator("#messages")).ToContainTextAsync("I come at five.");
        Assert.DoesNotContain("ana@talk.example", await vendor.ContentAsync());

        await shop.FromMail(caller, "ana@talk.example", "/s/");
        await Expect(caller.Locator("#timeline")).ToContainTextAsync("I come at five.");
        await Shop.Look(caller, "talk-3-caller-reads");
        Assert.DoesNotContain(shop.AddressOf("Rivera Plumbing"), await caller.ContentAsync());
    }

    // A picture that did not load has no width.
    private static async Task Seen(IPage page)
    {
        var picture = page.Locator(".photos img");
        await Expect(picture).ToBeVisibleAsync();
        await picture.ScrollIntoViewIfNeededAsync();
        await Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 1200);
    }
}
