using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>Hours, holidays and absences, as the owner sets them and a caller meets them.</summary>
[Collection(nameof(Product))]
public sealed class TimeTests(Product product)
{
    [Fact]
    public async Task Hours_and_holidays_are_set_for_the_business_and_for_a_vendor()
    {
        await using var shop = await Shop.Open(product, "shop-hours");
        var owner = shop.Owner;
        await Shop.Follow(owner, "Hours");
        await owner.GetByText("In these hours").ClickAsync();
        foreach (var day in new[] { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday" })
            await owner.GetByLabel(day).FillAsync("9-12:30, 14-18");
        await owner.GetByLabel("Saturday").FillAsync("10 to noon");
        await Shop.Press(owner, "Save");
        await Expect(owner.Locator("#saturday-error")).ToContainTextAsync("Saturday: type it like");
        await Expect(owner.GetByLabel("Saturday")).ToHaveValueAsync("10 to noon");
        await Shop.Look(owner, "hours-1-a-mistake");
        await owner.GetByLabel("Saturday").FillAsync("10-12");
        await Shop.Press(owner, "Save");
        await Shop.Says(owner, "It counts from now on");
        await Expect(owner.GetByLabel("Saturday")).ToHaveValueAsync("10:00–12:00");
        await AddDays(owner, "2030-12-24", "2030-12-26", "Christmas", "");
        await AddDays(owner, "2030-12-31", "", "New Year's Eve", "9-12");
        await Shop.Look(owner, "hours-2-with-holidays");

        await shop.AddVendor("Rivera Plumbing");
        await Shop.Follow(owner, "Change when they are on duty");
        await owner.GetByText("In their own hours").ClickAsync();
        await owner.GetByLabel("Tuesday").FillAsync("22-6");
        await Shop.Press(owner, "Save");
        await Expect(owner.GetByLabel("Wednesday")).ToHaveValueAsync("00:00–06:00");
        await AddDays(owner, "2030-08-01", "2030-08-14", "Summer", "");
        await Shop.Look(owner, "hours-3-of-a-vendor");
        await Shop.Press(owner, "Remove Summer");
        await Expect(owner.GetByText("Summer")).ToHaveCountAsync(0);
        await Shop.Follow(owner, "Rivera Plumbing");
        await Shop.Says(owner, "On duty in their own hours");
    }

    [Fact]
    public async Task An_owner_goes_away_callers_read_it_a_stand_in_is_there_and_it_ends_early()
    {
        await using var shop = await Shop.Open(product, "shop-away");
        var owner = shop.Owner;
        await shop.AddVendor("Cole & Sons");
        await Shop.Follow(owner, "You are in");
        await owner.GetByLabel("Back (optional)").FillAsync(await owner.EvaluateAsync<string>("new Date(Date.now() + 3 * 864e5).toISOString().slice(0, 11) + '09:00'"));
        await owner.GetByLabel("What callers read").FillAsync("Walking in the hills. Urgent matters are seen to.");
        await Shop.Choose(owner, "stand-in", "Cole & Sons");
        await owner.GetByLabel("Routine requests wait until I am back").CheckAsync();
        await Shop.Look(owner, "away-1-before");
        await Shop.Press(owner, "Go away");
        await Shop.Says(owner, "You are away. Your page says so from now on.");
        await Shop.Says(owner, "Cole & Sons stands in for you.");
        await Shop.Look(owner, "away-2-away");

        var caller = await shop.Somebody();
        await shop.Ask(caller, "Plumbing", "The tap in the bathroom drips all night.");
        await Expect(caller.Locator("body")).ToContainTextAsync("Your request is safe here");
        await Shop.Look(caller, "away-3-a-caller-waits");
        await Shop.Follow(caller, "Send another request");
        await Expect(caller.Locator("body")).ToContainTextAsync("Walking in the hills.");
        await Shop.Look(caller, "away-4-on-the-door");
        await caller.GoBackAsync();

        await Shop.Press(owner, "I am back");
        await Shop.Says(owner, "a summary is on its way to you");
        await Expect(owner.GetByRole(AriaRole.Link, new() { Name = "You are in" }).First).ToBeVisibleAsync();
        await Shop.Follow(owner, "Board");
        await owner.GetByRole(AriaRole.Link).Filter(new() { HasText = "Plumbing" }).First.ClickAsync();
        await Shop.Says(owner, "The tap in the bathroom drips all night.");
        await Expect(owner.Locator("#timeline")).ToContainTextAsync("Waits for your return");
    }

    private static async Task AddDays(IPage owner, string from, string to, string name, string hours)
    {
        await owner.GetByLabel("First day").FillAsync(from);
        await owner.GetByLabel("Last day").FillAsync(to);
        await owner.GetByLabel("What it is").FillAsync(name);
        await owner.Locator("#times").FillAsync(hours);
        await Shop.Press(owner, "Add the days");
        await Expect(owner.Locator("#days table")).ToContainTextAsync(name);
    }
}
