using System.Net;
using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class VendorDeskPageTests(FrontDesk desk)
{
    [Fact]
    public async Task The_personal_link_leads_to_all_requests_and_from_each_to_its_buttons()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        await door.Send(caller, "First.");
        await door.Send(caller, "Second.");
        using var vendor = desk.Browser();
        var page = await vendor.Get(await Link(door, door.First.Id));
        Assert.Equal((HttpStatusCode.OK, "Requests for Rivera"), (page.Status, page.Heading));
        var entries = page.Document.QuerySelectorAll(".entries a").ToArray();
        Assert.Equal(2, entries.Length);
        Assert.DoesNotContain("Maria Duarte", page.Body);
        Assert.DoesNotContain(door.Second.Name, page.Text);
        Assert.Empty(page.Cookies);
        var request = await vendor.Get(new Uri(page.Address, entries[0].GetAttribute("href")).ToString());
        Assert.Contains("Maria Duarte", request.Text);
        var accepted = await vendor.Submit(request, form: "form[action$='/accept']");
        Assert.Contains("You have it.", accepted.Text);
        Assert.Contains("Yours", (await vendor.Get(page.Address.ToString())).Document.QuerySelector(".entries")!.TextContent);
    }

    [Fact]
    public async Task A_vendor_says_when_they_are_away_and_takes_it_back()
    {
        var door = await Doorstep.Open(desk);
        using var vendor = desk.Browser();
        var page = await vendor.Get(await Link(door, door.First.Id));
        var day = DateOnly.FromDateTime(desk.Clock.GetUtcNow().DateTime).AddDays(10);
        foreach (var wrong in new[] { "", "tomorrow", "2020-01-01", $"{day.AddDays(400):yyyy-MM-dd}" })
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await vendor.Submit(page, new Dictionary<string, string?> { ["until"] = wrong })).Status);
        Assert.Null((await door.Scope.Directory().Vendor(door.First.Id))!.UnavailableUntil);

        var away = await vendor.Submit(page, new Dictionary<string, string?> { ["until"] = $"{day:yyyy-MM-dd}" });
        Assert.Contains("Nothing new is asked of you until then.", away.Text);
        Assert.Equal(LocalTime.StartOf(day, "Europe/Lisbon"), (await door.Scope.Directory().Vendor(door.First.Id))!.UnavailableUntil);
        var back = await vendor.Submit(away, new Dictionary<string, string?> { ["back"] = "1" });
        Assert.Contains("You are asked again from now on.", back.Text);
        Assert.Null((await door.Scope.Directory().Vendor(door.First.Id))!.UnavailableUntil);
    }

    [Fact]
    public async Task The_owner_mails_renews_and_takes_back_the_link()
    {
        var business = await Business.Open(desk);
        var vendor = await business.AddVendor("Rivera Plumbing", $"rivera@{business.Owner.Slug}.example");
        using var browser = desk.Browser();
        var page = await business.Browser.Get($"/vendors/{vendor.Id}");
        var link = page.Document.QuerySelector("#link input[readonly]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(link)).Status);
        page = await business.Browser.Submit(page, form: "form[action$='/link/mail']");
        Assert.Contains("on its way by mail", page.Text);
        Assert.Contains("/vendor/", (await desk.MailTo(vendor.Email.Value, saying: "on one page")).Text);

        page = await business.Browser.Submit(page, form: "form[action$='/link/renew']");
        var renewed = page.Document.QuerySelector("#link input[readonly]")!.GetAttribute("value")!;
        var old = await browser.Get(link);
        Assert.Equal((HttpStatusCode.Gone, "This link is over"), (old.Status, old.Heading));
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(renewed)).Status);

        page = await business.Browser.Submit(page, form: "form[action$='/link/revoke']");
        Assert.Null(page.Document.QuerySelector("#link input[readonly]"));
        Assert.Equal(HttpStatusCode.Gone, (await browser.Get(renewed)).Status);
        page = await business.Browser.Submit(page, form: "form[action$='/link/renew']");
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(page.Document.QuerySelector("#link input[readonly]")!.GetAttribute("value")!)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.Get(renewed)).Status);
    }

    [Fact, Promise("R11")]
    public async Task A_link_or_form_that_is_changed_foreign_or_of_another_purpose_opens_nothing()
    {
        var (door, other) = (await Doorstep.Open(desk), await Doorstep.Open(desk));
        using var vendor = desk.Browser();
        var good = await Link(door, door.First.Id);
        var page = await vendor.Get(good);
        var (token, form) = (good[(good.LastIndexOf('/') + 1)..], page.Document.QuerySelector($"input[name={PublicForm.Field}]")!.GetAttribute("value")!);
        var (tenant, first, hour) = (door.Scope.Id.Value, door.First.Id.ToString("n"), TimeSpan.FromHours(1));
        foreach (var forged in new[] { $"{token}A", token[1..], "x", form, await door.Sign(TokenPurpose.See, hour, tenant, first, "1"), await door.Sign(TokenPurpose.VendorDesk, hour, other.Scope.Id.Value, first, "1") })
            Assert.Equal(HttpStatusCode.NotFound, (await vendor.Get(door.Address($"/vendor/{forged}"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await vendor.Get(other.Address($"/vendor/{token}"))).Status);
        foreach (var over in new[] { await door.Sign(TokenPurpose.VendorDesk, TimeSpan.FromMinutes(-1), tenant, first, "1"), await door.Sign(TokenPurpose.VendorDesk, hour, tenant, first, "2"), await door.Sign(TokenPurpose.VendorDesk, hour, tenant, tenant[7..], "1") })
            Assert.Equal(HttpStatusCode.Gone, (await vendor.Get(door.Address($"/vendor/{over}"))).Status);

        var day = KeyValuePair.Create("back", "1");
        foreach (var forged in new[] { "", token, $"{form}A", await door.Sign(TokenPurpose.VendorAway, hour, tenant, door.Second.Id.ToString("n"), "1"), await door.Sign(TokenPurpose.VendorAway, hour, tenant, first, "2") })
            Assert.Equal(HttpStatusCode.Forbidden, (await vendor.Post($"{good}/away", [KeyValuePair.Create(PublicForm.Field, forged), day], follow: false)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await vendor.Post($"{good}/away", [KeyValuePair.Create(PublicForm.Field, form), day], fetchSite: "cross-site", follow: false)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await vendor.Get($"{good}/away")).Status);
    }

    private static async Task<string> Link(Doorstep door, Guid vendor) =>
        door.Address($"/vendor/{await door.Sign(TokenPurpose.VendorDesk, TimeSpan.FromDays(1), door.Scope.Id.Value, vendor.ToString("n"), "1")}");
}
