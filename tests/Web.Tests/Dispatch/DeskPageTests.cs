using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class DeskPageTests(FrontDesk desk)
{
    [Fact, Promise("R6", "R15", "P17")]
    public async Task The_page_is_one_document_under_30_kilobytes_that_needs_no_script()
    {
        var door = await Doorstep.Open(desk, subjects: 8);
        await door.Settings(s => s with { About = new string('a', 600), AwayText = "Back Monday, 8 January", EmergencyPhone = "+351 21 000 00 00" });
        using var caller = desk.Browser();
        var page = await caller.Get(door.Address());
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.InRange(page.Body.Length, 1, 30 * 1024);
        Assert.Empty(page.Document.Scripts);
        Assert.Empty(page.Document.QuerySelectorAll("link[rel=stylesheet], img, [style], [onclick]"));
        Assert.Empty(page.Cookies);
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.Contains("Back Monday, 8 January", page.Text);
        var style = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(page.Document.QuerySelector("style")!.TextContent)));
        Assert.Contains($"'sha256-{style}'", page.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task A_head_request_answers_as_the_page_would_without_it()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var (head, page) = (await caller.Head(door.Address()), await caller.Get(door.Address()));
        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(page.Header("Content-Length"), head.Header("Content-Length"));
    }

    [Fact]
    public async Task Every_field_has_a_label_and_every_choice_a_group()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var page = await caller.Get(door.Address());
        foreach (var input in page.Document.QuerySelectorAll("input:not([type=hidden], [tabindex='-1']), textarea"))
            Assert.NotEqual("", (input.Closest("label") ?? page.Document.QuerySelector($"label[for='{input.Id}']"))?.TextContent.Trim() ?? "");
        Assert.All(page.Document.QuerySelectorAll("input[type=radio]"), radio => Assert.NotNull(radio.Closest("fieldset")?.QuerySelector("legend")));
    }

    [Fact]
    public async Task Every_rendering_carries_a_form_of_its_own()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        Assert.NotEqual(Token(await caller.Get(door.Address())), Token(await caller.Get(door.Address())));
    }

    [Fact]
    public async Task A_change_of_the_directory_or_the_profile_is_on_the_page_at_once()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        Assert.Contains(door.Routine.Name, (await caller.Get(door.Address())).Text);
        await door.Scope.Directory().PutCategory(door.Routine with { Name = "Windows <b>and</b> doors" });
        Assert.Contains("Windows <b>and</b> doors", (await caller.Get(door.Address())).Text);
        await door.Settings(s => s with { BusinessName = "Harbour & Daughters" });
        Assert.Equal("Harbour & Daughters", (await caller.Get(door.Address())).Heading);
    }

    [Fact]
    public async Task Where_nobody_has_a_desk_the_page_says_so()
    {
        using var caller = desk.Browser();
        var unknown = await caller.Get(desk.Site.Desk(Slug.Parse("nobody-is-here")));
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.Equal("There is no desk at this address", unknown.Heading);

        var reserved = Slug.Parse("reserved-only");
        Assert.True(await desk.Grains.Slug(reserved).Reserve(TenantId.New(desk.Clock.GetUtcNow())));
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Get(desk.Site.Desk(reserved))).Status);
    }

    [Fact]
    public async Task An_erased_business_has_no_desk()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        await door.Scope.Tenant().Erase();
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Get(door.Address())).Status);
        Assert.Contains((await caller.Submit(form, door.Typed())).Status, new[] { HttpStatusCode.NotFound, HttpStatusCode.Gone });
    }

    [Fact]
    public async Task Among_many_subjects_one_searches_first_and_types_afterwards()
    {
        var door = await Doorstep.Open(desk, subjects: 12);
        using var caller = desk.Browser();
        var first = await caller.Get(door.Address());
        Assert.Null(first.Document.QuerySelector("form[method=post]"));
        Assert.NotNull(first.Document.QuerySelector("form[method=get] input[name=q]"));

        var found = await door.Form(caller, "/?q=12+rose");
        Assert.Equal(["12 Rose Street", "Not listed here"], found.Document.QuerySelectorAll("#found .choice").Select(c => (c.QuerySelector("bdi") ?? c).TextContent.Trim()));
        var chosen = Assert.Single(found.Document.QuerySelectorAll<IHtmlInputElement>("input[name=subject]"), radio => radio.Value != DeskForm.Unlisted).Value;
        await caller.Submit(found, With(door.Typed(), "subject", chosen));
        Assert.Equal("12 Rose Street", (await door.Only()).SubjectLabel);
    }

    [Fact]
    public async Task Searching_again_keeps_everything_typed()
    {
        var door = await Doorstep.Open(desk, subjects: 12);
        using var caller = desk.Browser();
        var found = await door.Form(caller, "/?q=12+rose");
        var again = await caller.Submit(found, With(door.Typed("A draught."), "q", "11 rose"));
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Contains("11 Rose Street", again.Text);
        Assert.Equal("A draught.", again.Document.QuerySelector("textarea")!.TextContent);
        Assert.Equal("Maria Duarte", again.Document.QuerySelector<IHtmlInputElement>("#name")!.Value);
        Assert.Empty(await door.Stored());
    }

    [Fact]
    public async Task What_is_not_listed_can_be_said()
    {
        var door = await Doorstep.Open(desk, subjects: 12);
        using var caller = desk.Browser();
        var page = await door.Form(caller, "/?q=&unlisted=1");
        Assert.Equal(DeskForm.Unlisted, page.Document.QuerySelector("input[name=subject][checked]")!.GetAttribute("value"));
        await caller.Submit(page, With(door.Typed(), "subject", DeskForm.Unlisted));
        Assert.Null((await door.Only()).SubjectLabel);
    }

    [Fact]
    public async Task Subjects_are_found_as_they_are_typed()
    {
        var door = await Doorstep.Open(desk, subjects: 12);
        using var caller = desk.Browser();
        var links = await caller.Get(door.Address("/subjects?q=rose"));
        Assert.Equal(DeskEndpoints.MostFound, links.Document.QuerySelectorAll("a.choice").Length);
        var cards = await caller.Get(door.Address($"/subjects?q=nothing-like-it&cards=true&subject={door.Subject.Id}"));
        Assert.Equal([door.Subject.Id.ToString(), DeskForm.Unlisted], cards.Document.QuerySelectorAll("input").Select(i => i.GetAttribute("value")));
        Assert.NotNull(cards.Document.QuerySelector("input[checked]"));
    }

    internal static Dictionary<string, string?> With(Dictionary<string, string?> typed, string field, string? value) => new(typed) { [field] = value };

    private static string Token(WebPage page) => page.Document.QuerySelector<IHtmlInputElement>("input[name=_token]")!.Value;
}
