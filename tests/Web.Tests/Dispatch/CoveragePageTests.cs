using System.Net;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class CoveragePageTests(FrontDesk desk)
{
    private static readonly OpeningHours s_mondays = new([new(DayOfWeek.Monday, new(540, 1020))], []);

    [Fact]
    public async Task Who_would_get_it_is_shown_step_by_step_with_the_reason_for_any_instant()
    {
        var business = await Business.Open(desk);
        var (rivera, cole) = (await business.AddVendor("Rivera Plumbing"), await business.AddVendor("Cole & Sons"));
        await business.Scope.Directory().PutVendor(rivera with { Duty = VendorDuty.Own, Hours = s_mondays });
        var (plumbing, leak) = (await business.Category("Plumbing"), await business.Category("Water leak"));
        RuleStep[] steps = [new([rivera.Id], TimeSpan.FromMinutes(20), StepStart.OnDuty), new(cole.Id, TimeSpan.FromMinutes(20))];
        foreach (var category in new[] { plumbing, leak })
            await business.Scope.Directory().PutRule(new Rule(Guid.CreateVersion7(desk.Clock.GetUtcNow()), null, category.Id, [.. steps]));

        // A Sunday, and the Monday after it.
        var sunday = await Steps(business, $"category={plumbing.Id}&at=2030-01-06T12:00");
        Assert.Contains("It waits for Rivera Plumbing to be on duty", sunday[0]);
        Assert.Contains("Monday 7 January 2030, 09:00 Rivera Plumbing is asked. On duty until 17:00 on Monday, 7 January (Lisbon time).", sunday[1]);
        Assert.Contains("Cole & Sons is asked. Always on duty.", sunday[3]);
        Assert.EndsWith("You are asked", sunday[^1]);
        Assert.Contains("It is urgent, so they are asked all the same.", (await Steps(business, $"category={leak.Id}&at=2030-01-06T12:00"))[0]);
        await business.Scope.Directory().PutVendor(cole with { UnavailableUntil = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        Assert.Contains(await Steps(business, $"category={plumbing.Id}&at=2030-01-07T12:00"), step => step.Contains("Cole & Sons is passed over. Not available until"));
        Assert.Empty(await business.Scope.History().Read(HistoryFilter.All, null, 10) is { } none ? none.Slips : []);
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_everything_typed_stays()
    {
        var business = await Business.Open(desk);
        var leak = await business.Category("Water leak");

        var page = await business.Browser.Get($"/rules/who?category={leak.Id}&at=tomorrow");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error("at"));
        Assert.Equal("tomorrow", page.Document.GetElementById("at")!.GetAttribute("value"));
        Assert.Equal($"{leak.Id}", page.Document.QuerySelector("#category option[selected]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Holes_are_listed_and_hatched_and_shown_before_leaving()
    {
        var business = await Business.Open(desk);
        var page = await business.Browser.Get("/coverage");
        Assert.Contains("No rule covers Water leak", page.Text);
        Assert.Equal(48 * 7, page.Document.QuerySelectorAll(".week td").Length);
        Assert.Empty(page.Document.QuerySelectorAll(".week td.hole"));

        var (rivera, cole) = (await business.AddVendor("Rivera Plumbing"), await business.AddVendor("Cole & Sons"));
        await business.AddRule(null, null, (rivera, 20), (cole, 20));
        Assert.Contains("Every category has somebody on duty", (await business.Browser.Get("/coverage")).Text);
        await business.Scope.Directory().PutVendor(rivera with { Duty = VendorDuty.Own, Hours = s_mondays });
        await business.Scope.Directory().PutVendor(cole with { Active = false });
        page = await business.Browser.Get("/coverage");

        Assert.Contains("At some hours nobody is on duty for Water leak.", page.Text);
        Assert.Contains("A rule names Cole & Sons, who is switched off.", page.Text);
        // All half hours of a week but Monday's sixteen.
        Assert.Equal(48 * 7 - 16, page.Document.QuerySelectorAll(".week td.hole").Length);
        Assert.Contains("A rule names Cole & Sons, who is switched off.", (await business.Browser.Get("/away")).Text);
    }

    private static async Task<string[]> Steps(Business business, string query) =>
        [.. (await business.Browser.Get($"/rules/who?{query}")).Document.QuerySelectorAll(".timeline li").Select(step => System.Text.RegularExpressions.Regex.Replace(step.TextContent, @"\s+", " ").Trim())];
}
