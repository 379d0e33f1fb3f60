using System.Net;

namespace Backsoon.Tenants;

[Collection(Desks.Name)]
public sealed class SettingsPageTests(FrontDesk desk)
{
    [Fact, Trait("Promise", "R31"), Trait("Promise", "R4")]
    public async Task Everything_on_the_page_can_be_corrected()
    {
        var owner = await desk.SignUp();
        var changes = new Dictionary<string, string?>
        {
            ["business"] = "Lane & Daughters",
            ["about"] = "We look after 40 flats.\nMonday to Friday.",
            ["zone"] = "America/New_York",
            ["subject"] = "flat",
            ["subjects"] = "flats",
            ["caller"] = "resident",
            ["away-text"] = "Back Monday, 8 January.",
            ["emergency-text"] = "Turn the water off first.",
            ["emergency-phone"] = "+351 912 345 678",
            ["owner"] = "Beatriz Lane",
            ["owner-email"] = "beatriz@lane.example",
            ["owner-phone"] = "(555) 123-4567",
            ["tell-every"] = "on",
            ["tell-accepted"] = null,
        };

        var saved = await owner.Browser.Submit(await owner.Browser.Get("/settings"), changes);

        Assert.Contains("Saved.", saved.Document.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        var again = (await owner.Browser.Get("/settings")).Document;
        foreach (var (field, value) in changes.Where(change => !change.Key.StartsWith("tell-", StringComparison.Ordinal)))
        {
            var element = again.GetElementById(field)!;
            Assert.Equal(value, element.LocalName switch { "textarea" => element.TextContent, "select" => again.QuerySelector($"#{field} option[selected]")!.GetAttribute("value"), _ => element.GetAttribute("value") });
        }

        Assert.NotNull(again.QuerySelector("[name=tell-every][checked]"));
        Assert.Null(again.QuerySelector("[name=tell-accepted][checked]"));
        Assert.NotNull(again.QuerySelector("[name=tell-done][checked]"));
        // A notice is no absence.
        Assert.Contains("You are in", again.QuerySelector("nav.rail .away")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Flats", again.QuerySelector("nav.rail")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_typed_is_lost_and_nothing_is_saved_while_something_is_wrong()
    {
        var owner = await desk.SignUp();
        var typed = new Dictionary<string, string?> { ["business"] = "", ["about"] = "\nA line", ["zone"] = "Mars/Olympus", ["owner-email"] = "lane", ["emergency-phone"] = "ring me", ["away-text"] = new string('x', 601) };

        var page = await owner.Browser.Submit(await owner.Browser.Get("/settings"), typed);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        foreach (var field in new[] { "business", "zone", "owner-email", "emergency-phone", "away-text" })
            Assert.NotNull(page.Error(field));
        Assert.Equal("That is 601 characters; 600 fit.", page.Error("away-text"));
        Assert.Equal("ring me", page.Document.GetElementById("emergency-phone")!.GetAttribute("value"));
        Assert.Equal("Harbour & Lane", (await owner.Browser.Get("/settings")).Document.GetElementById("business")!.GetAttribute("value"));
    }

    [Fact, Trait("Promise", "R31")]
    public async Task The_own_name_is_corrected_on_its_own()
    {
        var owner = await desk.SignUp();

        var page = await owner.Browser.Submit(await owner.Browser.Get("/settings"), new Dictionary<string, string?> { ["you"] = "Ana Maria Silva" }, "#your-name");

        Assert.Contains("Saved.", page.Text, StringComparison.Ordinal);
        Assert.Equal("Ana Maria Silva", page.Document.QuerySelector("[name=you]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Nobody_sees_settings_without_signing_in()
    {
        using var browser = desk.Browser();

        var page = await browser.Get("/settings");

        Assert.Equal("/sign-in", page.Address.AbsolutePath);
        Assert.Equal("?next=%2Fsettings", page.Address.Query);
        Assert.Equal("/sign-in", (await browser.Post("/settings", [new("business", "x")])).Address.AbsolutePath);
    }

    [Fact]
    public void The_zones_offered_are_all_zones()
    {
        var options = Zones.With("Europe/Lisbon").ToList();

        Assert.InRange(options.Count, 300, 600);
        Assert.All(options, zone => Assert.True(Shared.LocalTime.IsZone(zone.Value), zone.Value));
        Assert.Contains(Zones.With("Asia/Calcutta"), zone => zone.Value == "Asia/Calcutta");
    }
}
