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

    [Theory]
    [InlineData(Industry.Clinic, "Which treatment is it about?", "What is it about, in your words?")]
    [InlineData(Industry.LawPractice, "Which matter is it about?", "What is it about, in your words?")]
    [InlineData(Industry.Trades, "Which job is it about?", "What is wrong?")]
    public async Task Callers_are_asked_in_the_words_of_the_trade(Industry industry, string which, string tell)
    {
        var business = await Business.Open(desk, industry);
        await business.AddSubject("The first");

        var page = await desk.Browser().Get(desk.Site.Desk(business.Owner.Slug));

        Assert.Equal((which, tell), (page.Document.GetElementById("subject")!.TextContent, page.Document.QuerySelector("label[for=text]")!.TextContent.Trim()));
        // What is booked has another word than what requests are about.
        Assert.DoesNotContain("Services", (await business.Browser.Get("/bookings")).Document.QuerySelector("nav.rail")!.TextContent, StringComparison.Ordinal);
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
        Assert.Equal(HttpStatusCode.OK, form.Status);
        await door.Scope.Tenant().Erase();
        foreach (var answer in new[] { await caller.Get(door.Address()), await caller.Submit(form, door.Typed()) })
            Assert.Equal((HttpStatusCode.NotFound, "There is no desk at this address"), (answer.Status, answer.Heading));
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

    [Fact]
    public async Task One_letter_finds_nothing_so_that_nobody_spells_out_the_whole_list()
    {
        var door = await Doorstep.Open(desk, subjects: 12);
        using var caller = desk.Browser();
        Assert.Empty((await caller.Get(door.Address("/subjects?q=r"))).Document.QuerySelectorAll("a.choice"));
        Assert.NotEmpty((await caller.Get(door.Address("/subjects?q=ro"))).Document.QuerySelectorAll("a.choice"));
    }

    [Fact, Promise("R28")]
    public async Task Searching_has_a_limit_that_people_do_not_reach()
    {
        var door = await Doorstep.Open(desk, subjects: 12);
        using var caller = desk.Browser();
        var allowed = 0;
        while (allowed <= Backsoon.Shared.Limits.SearchPerIp.Allowed && (await caller.Get(door.Address("/subjects?q=rose"))).Status == HttpStatusCode.OK)
            allowed++;
        Assert.Equal(Backsoon.Shared.Limits.SearchPerIp.Allowed, allowed);
        var refused = await caller.Get(door.Address("/?q=rose"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Header("Retry-After"));
    }

    [Fact]
    public async Task Many_categories_are_a_list_and_the_emergency_number_stands_once()
    {
        var door = await Doorstep.Open(desk);
        await door.Settings(s => s with { EmergencyPhone = "+351 21 000 00 00" });
        for (var number = 0; number < 9; number++)
            await door.Scope.Directory().PutCategory(new Category(Guid.CreateVersion7(desk.Clock.GetUtcNow()), $"Trouble {number}", Urgent: number < 3, Active: true, Position: 100 + number));
        using var caller = desk.Browser();
        var page = await door.Form(caller);
        Assert.Single(page.Document.QuerySelectorAll("select[name=category]"));
        Assert.Single(page.Document.QuerySelectorAll(".emergency"));
        Assert.Contains(page.Document.QuerySelectorAll("option.u"), option => option.TextContent == "Trouble 1 (urgent)");
        await caller.Submit(page, door.Typed());
        Assert.Equal(door.Routine.Name, (await door.Only()).CategoryName);
    }

    [Fact]
    public async Task Where_every_category_is_off_the_page_does_not_ask_for_one()
    {
        var door = await Doorstep.Open(desk);
        foreach (var category in await door.Scope.Directory().Categories())
            await door.Scope.Directory().PutCategory(category with { Active = false });
        using var caller = desk.Browser();
        var page = await caller.Get(door.Address());
        Assert.Contains("No requests are taken here at the moment", page.Text);
        Assert.Empty(page.Document.QuerySelectorAll("form"));
    }

    [Fact, Promise("R6")]
    public async Task The_longest_texts_in_another_script_still_fit_in_30_kilobytes()
    {
        var door = await Doorstep.Open(desk, subjects: 8);
        await door.Settings(s => s with { About = new string('Ж', 400), AwayText = new string('Щ', 300), EmergencyText = new string('Ю', 300), EmergencyPhone = "+351 21 000 00 00" });
        using var caller = desk.Browser();
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount((await caller.Get(door.Address())).Body), 1, 30 * 1024);
    }

    internal static Dictionary<string, string?> With(Dictionary<string, string?> typed, string field, string? value) => new(typed) { [field] = value };

    private static string Token(WebPage page) => page.Document.QuerySelector<IHtmlInputElement>("input[name=_token]")!.Value;
}
