using System.Net;
using Backsoon.Dispatch;

namespace Backsoon.Tenants;

[Collection(Desks.Name)]
public sealed class HoursPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Hours_are_typed_as_people_say_them_and_shown_again()
    {
        var business = await Business.Open(desk);
        var page = await business.Browser.Submit(await business.Browser.Get("/hours"), Week(("monday", "9am-12:30, 14 to 18"), ("friday", "22–6")), "#hours");

        Assert.Contains("Saved.", page.Text);
        Assert.Equal("09:00–12:30, 14:00–18:00", Value(page, "monday"));
        Assert.Equal(("22:00–24:00", "00:00–06:00"), (Value(page, "friday"), Value(page, "saturday")));
        Assert.Equal(4, (await business.Scope.Tenant().Profile())!.Settings.Hours!.Week.Length);
        // What the settings page does not show it does not lose.
        await business.Browser.Submit(await business.Browser.Get("/settings"), new Dictionary<string, string?> { ["business"] = "Lane & Daughters" });
        Assert.Equal(4, (await business.Scope.Tenant().Profile())!.Settings.Hours!.Week.Length);
    }

    [Theory]
    [InlineData("monday", "nine to five")]
    [InlineData("monday", "9-25")]
    [InlineData("monday", "9-12, 11-13")]
    [InlineData("tuesday", "9-9")]
    public async Task What_is_wrong_is_said_beside_its_day_and_everything_typed_stays(string day, string typed)
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Submit(await business.Browser.Get("/hours"), Week((day, typed), ("sunday", "10-11")), "#hours");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error(day));
        Assert.Equal((typed, "10-11"), (Value(page, day), Value(page, "sunday")));
        Assert.Null((await business.Scope.Tenant().Profile())!.Settings.Hours);
    }

    [Fact]
    public async Task Holidays_are_added_and_removed()
    {
        var business = await Business.Open(desk);
        var page = await business.Browser.Submit(await business.Browser.Get("/hours"), Week(("monday", "9-17")), "#hours");

        var wrong = await business.Browser.Submit(page, new Dictionary<string, string?> { ["from"] = "2026-12-26", ["to"] = "2026-12-24", ["name"] = "", ["times"] = "late" }, "#other-days");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.All(new[] { "to", "name", "times" }, field => Assert.NotNull(wrong.Error(field)));
        page = await business.Browser.Submit(wrong, new Dictionary<string, string?> { ["from"] = "2026-12-24", ["to"] = "2026-12-26", ["name"] = "Christmas <b>", ["times"] = "" }, "#other-days");
        Assert.Contains("Christmas <b>", page.Document.QuerySelector("tbody")!.TextContent);
        Assert.Equal(new OpeningException(new(2026, 12, 24), new(2026, 12, 26), "Christmas <b>", []), Assert.Single((await business.Scope.Tenant().Profile())!.Settings.Hours!.Exceptions));
        page = await business.Browser.Submit(page, form: "tbody form");

        Assert.Contains("Removed.", page.Text);
        Assert.Empty((await business.Scope.Tenant().Profile())!.Settings.Hours!.Exceptions);
    }

    [Fact]
    public async Task A_vendor_has_hours_of_their_own_and_a_time_before_which_they_are_not_asked()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");
        var typed = Week(("monday", "8-16"));
        var until = Shared.LocalTime.Date(desk.Clock.GetUtcNow().AddDays(200), "Europe/Lisbon").ToDateTime(new(8, 0));
        typed["until"] = $"{until:yyyy-MM-ddTHH:mm}";

        var page = await business.Browser.Submit(await business.Browser.Get($"/vendors/{rivera.Id}/hours"), typed, "#hours");

        Assert.Contains("Saved.", page.Text);
        Assert.Equal(typed["until"], Value(page, "until"));
        var saved = (await business.Scope.Directory().Vendor(rivera.Id))!;
        Assert.Equal((VendorDuty.Own, new DateTimeOffset(until, TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon").GetUtcOffset(until))), (saved.Duty, saved.UnavailableUntil));
        Assert.Equal([new OpeningPeriod(DayOfWeek.Monday, new(480, 960))], saved.Hours!.Week.AsEnumerable());
        var vendor = await business.Browser.Get($"/vendors/{rivera.Id}");
        Assert.Contains("On duty in their own hours", vendor.Text);
        Assert.Contains("Not available until", vendor.Text);
        await business.Browser.Submit(vendor, new Dictionary<string, string?> { ["phone"] = "+351 210 000 009" });
        Assert.Equal(saved with { Phone = "+351 210 000 009" }, await business.Scope.Directory().Vendor(rivera.Id));
    }

    private static Dictionary<string, string?> Week(params (string Day, string Hours)[] days)
    {
        var typed = new Dictionary<string, string?> { ["choice"] = HoursForm.Hours };
        foreach (var (day, hours) in days)
            typed[day] = hours;
        return typed;
    }

    private static string? Value(WebPage page, string id) => page.Document.GetElementById(id)!.GetAttribute("value");
}
