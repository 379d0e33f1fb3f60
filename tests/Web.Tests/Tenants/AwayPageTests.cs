using System.Net;
using Backsoon.Dispatch;

namespace Backsoon.Tenants;

[Collection(Desks.Name)]
public sealed class AwayPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Going_away_shows_at_once_on_the_door_and_in_the_frame_and_ends_by_a_button()
    {
        var business = await Business.Open(desk);
        var cole = await business.AddVendor("Cole & Sons");
        var address = desk.Site.Desk(business.Owner.Slug);
        Assert.DoesNotContain("Back ", (await desk.Browser().Get(address)).Document.QuerySelector(".sign")!.TextContent);

        var page = await business.Browser.Submit(
            await business.Browser.Get("/away"), new Dictionary<string, string?> { ["until"] = Wall(3), ["text"] = "In the <b>mountains</b>.", ["stand-in"] = $"{cole.Id}", ["hold"] = "on" }, "#away");

        Assert.Equal("You are away", page.Heading);
        Assert.Contains("Cole & Sons stands in for you.", page.Text);
        Assert.Contains("You are away", page.Document.QuerySelector("nav.rail .away")!.TextContent);
        var sign = (await desk.Browser().Get(address)).Document.QuerySelector(".sign-note")!.TextContent;
        Assert.StartsWith("In the <b>mountains</b>. Back ", sign);
        page = await business.Browser.Submit(page, form: "form[action='/away/end']");
        Assert.Equal("Going away", page.Heading);
        Assert.Null((await desk.Browser().Get(address)).Document.QuerySelector(".sign-note"));
    }

    [Theory]
    [InlineData("On a boat", "On a boat. Back ")]
    [InlineData("On a boat (far out)", "On a boat (far out). Back ")]
    [InlineData("Gone fishing!", "Gone fishing! Back ")]
    public async Task What_is_left_behind_ends_before_the_day_of_return_begins(string typed, string said)
    {
        var business = await Business.Open(desk);
        await business.Browser.Submit(await business.Browser.Get("/away"), new Dictionary<string, string?> { ["until"] = Wall(3), ["text"] = typed }, "#away");

        Assert.StartsWith(said, (await desk.Browser().Get(desk.Site.Desk(business.Owner.Slug))).Document.QuerySelector(".sign-note")!.TextContent);
    }

    [Fact]
    public async Task Since_when_is_said_within_its_sentence()
    {
        var business = await Business.Open(desk);
        await business.Browser.Submit(await business.Browser.Get("/away"), new Dictionary<string, string?> { ["until"] = Wall(3) }, "#away");
        desk.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Contains("Since yesterday, ", (await business.Browser.Get("/away")).Text);
    }

    [Fact]
    public async Task One_is_planned_changed_and_removed()
    {
        var business = await Business.Open(desk);
        var page = await business.Browser.Submit(await business.Browser.Get("/away"), new Dictionary<string, string?> { ["from"] = Wall(2), ["until"] = Wall(4) }, "#away");
        Assert.Contains("Planned. It begins and ends by itself.", page.Text);
        Assert.Contains("You are in", page.Document.QuerySelector("nav.rail .away")!.TextContent);

        var change = await business.Browser.Get(page.Document.QuerySelector("tbody a")!.GetAttribute("href")!);
        Assert.Equal(Wall(4), change.Document.GetElementById("until")!.GetAttribute("value"));
        page = await business.Browser.Submit(change, new Dictionary<string, string?> { ["hold"] = "on" }, "#away");
        Assert.Contains("Wait", page.Document.QuerySelector("tbody")!.TextContent);
        page = await business.Browser.Submit(page, form: "tbody form");

        Assert.Null(page.Document.QuerySelector("tbody"));
        Assert.Empty((await business.Scope.Tenant().Profile())!.Absences);
    }

    [Theory]
    [InlineData("soon", "", "", "from")]
    [InlineData("", "2001-02-03T04:05", "", "until")]
    [InlineData("", "", "on", "until")]
    public async Task What_is_wrong_is_said_beside_its_field_and_everything_typed_stays(string from, string until, string hold, string field)
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Submit(
            await business.Browser.Get("/away"), new Dictionary<string, string?> { ["from"] = from, ["until"] = until, ["text"] = "Words to keep", ["hold"] = hold.Length == 0 ? null : hold }, "#away");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error(field));
        Assert.Equal("Words to keep", page.Document.GetElementById("text")!.TextContent);
        Assert.Empty((await business.Scope.Tenant().Profile())!.Absences);
    }

    [Fact]
    public async Task Another_business_cannot_end_it()
    {
        var (business, stranger) = (await Business.Open(desk), await Business.Open(desk));
        await business.Browser.Submit(await business.Browser.Get("/away"), new Dictionary<string, string?> { ["until"] = Wall(3) }, "#away");
        var absence = (await business.Scope.Tenant().Profile())!.Absences.Single();
        var token = (await stranger.Browser.Get("/away")).Document.QuerySelector("#away input[name=_token]")!.GetAttribute("value")!;

        var page = await stranger.Browser.Post("/away/end", [new("_token", token), new("id", $"{absence.Id}")]);

        Assert.Contains("nothing was changed", page.Text);
        Assert.Equal(absence, (await business.Scope.Tenant().Profile())!.Absences.Single());
    }

    private string Wall(int days) => desk.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd'T'10:00", System.Globalization.CultureInfo.InvariantCulture);
}
