using System.Net;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[Collection(Desks.Name)]
public sealed class HostsPageTests(FrontDesk desk)
{
    [Fact]
    public async Task A_host_is_added_with_hours_to_begin_with_and_may_go_on_while_the_business_is_away()
    {
        var practice = await Practice.Open(desk);

        var page = await practice.Browser.Submit(
            await practice.Browser.Get("/bookings/hosts/new"), new Dictionary<string, string?> { ["name"] = "Béla <b>", ["email"] = "bela@practice.example", ["zone"] = "Europe/Budapest", ["away"] = null }, "#host");

        Assert.Equal("Béla <b>", page.Heading);
        Assert.Contains("Mon–Fri 09:00–17:00", page.Text);
        var saved = (await practice.Scope.Booking().Look())!.Hosts.Single(host => host.Name == "Béla <b>");
        Assert.Equal(("bela@practice.example", "Europe/Budapest", false, true), (saved.Email.Value, saved.ZoneId, saved.WorksOnHolidays, saved.WorksWhileAway));
        await practice.Browser.Submit(page, new Dictionary<string, string?> { ["holidays"] = null }, "#host");
        Assert.Equal(saved with { WorksOnHolidays = true }, (await practice.Scope.Booking().Look())!.Host(saved.Id));
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_what_was_typed_stays()
    {
        var practice = await Practice.Open(desk);

        var page = await practice.Browser.Submit(
            await practice.Browser.Get("/bookings/hosts/new"), new Dictionary<string, string?> { ["name"] = "", ["email"] = "bela", ["zone"] = "Mars/Olympus", ["holidays"] = null }, "#host");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.All(new[] { "name", "email", "zone" }, field => Assert.NotNull(page.Error(field)));
        Assert.Equal("bela", page.Document.GetElementById("email")!.GetAttribute("value"));
        Assert.False(page.Document.QuerySelector("[name=holidays]")!.HasAttribute("checked"));
        var duplicate = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["name"] = "ana reis", ["email"] = "bela@practice.example", ["zone"] = "Europe/Budapest" }, "#host");
        Assert.Contains("already", duplicate.Error("name"));
        Assert.Single((await practice.Scope.Booking().Look())!.Hosts);
    }

    [Fact]
    public async Task Hours_and_days_of_their_own_are_theirs_alone()
    {
        var practice = await Practice.Open(desk);
        var page = await practice.Browser.Get($"/bookings/hosts/{practice.Host.Id}/hours");
        var week = HoursForm.Order.ToDictionary(HoursForm.Field, _ => (string?)"");
        week["tuesday"] = "9-12:30, 14 to 18";

        page = await practice.Browser.Submit(page, week, "#hours");
        Assert.Contains("Saved.", page.Text);
        Assert.Equal("Tue 09:00–12:30, 14:00–18:00", HostHoursEndpoints.Say((await Host())!));
        page = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["from"] = "2026-12-24", ["to"] = "", ["name"] = "Market", ["times"] = "10-12" }, "#other-days");
        Assert.Equal(new OpeningException(new(2026, 12, 24), new(2026, 12, 24), "Market", [new(600, 720)]), Assert.Single((await Host())!.Hours!.Exceptions));
        page = await practice.Browser.Submit(page, form: "tbody form");
        Assert.Empty((await Host())!.Hours!.Exceptions);
        var wrong = await practice.Browser.Submit(page, new Dictionary<string, string?> { ["monday"] = "late" }, "#hours");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "late"), (wrong.Status, wrong.Document.GetElementById("monday")!.GetAttribute("value")));
        await practice.Browser.Submit(page, new Dictionary<string, string?> { ["choice"] = "business" }, "#hours");

        Assert.Null((await Host())!.Hours);
        Assert.Null((await practice.Scope.Tenant().Profile())!.Settings.Hours);

        async Task<Host?> Host() => (await practice.Scope.Booking().Look())!.Host(practice.Host.Id);
    }

    [Fact]
    public async Task An_archived_host_is_offered_to_nobody_and_comes_back_by_undo()
    {
        var practice = await Practice.Open(desk);

        var list = await practice.Browser.Submit(await practice.Browser.Get($"/bookings/hosts/{practice.Host.Id}"), form: "#switch");

        Assert.False((await practice.Scope.Booking().Look())!.Host(practice.Host.Id)!.Active);
        await practice.Browser.Submit(list, form: ".flash form");
        Assert.Equivalent(practice.Host, (await practice.Scope.Booking().Look())!.Host(practice.Host.Id), strict: true);
    }
}
