using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Accounts;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class DeskFormTests(FrontDesk desk)
{
    [Fact, Promise("R6", "R7")]
    public async Task A_request_is_stored_with_its_vendor_mail_and_leads_to_its_status_page()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);
        Assert.StartsWith("/s/", status.Address.AbsolutePath);
        var stored = await door.Only();
        Assert.Contains(stored.Reference, status.Heading);
        Assert.Equal(("Maria Duarte", "+351 912 000 000", "Water comes through the ceiling.", door.Subject.Label), (stored.CallerName, stored.CallerPhone, stored.Text, stored.SubjectLabel));
        var mail = await desk.MailTo(door.First.Email.Value);
        Assert.Contains("Water comes through the ceiling.", mail.Text);
    }

    [Fact]
    public async Task Pressing_many_times_at_once_makes_one_request_and_one_status_page()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => caller.Submit(form, door.Typed(), follow: false)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        Assert.Single(answers.Select(answer => answer.Header("Location")).Distinct());
        Assert.Single((await door.Only()).Events, e => e.Kind == DispatchEventKind.Received);
        await desk.MailTo(door.First.Email.Value);
        Assert.Single(await desk.MailsTo(door.First.Email.Value));
    }

    [Fact]
    public async Task The_same_form_with_other_words_is_offered_as_a_second_request()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        await caller.Submit(form, door.Typed("The kitchen is wet."));
        var offer = await caller.Submit(form, door.Typed("The cellar is wet too."));
        Assert.Equal(HttpStatusCode.Conflict, offer.Status);
        Assert.Contains((await door.Only()).Reference, offer.Text);
        Assert.Equal("The kitchen is wet.", (await door.Only()).Text);
        Assert.Equal("The cellar is wet too.", offer.Document.QuerySelector("textarea")!.TextContent);

        var second = await caller.Submit(offer);
        Assert.StartsWith("/s/", second.Address.AbsolutePath);
        Assert.Equal(["The cellar is wet too.", "The kitchen is wet."], (await door.Stored()).Select(slip => slip.Text).Order());
    }

    [Fact]
    public async Task Going_back_and_sending_the_same_again_is_asked_about_first()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var status = await door.Send(caller);

        var asked = await door.Send(caller);

        Assert.Equal((HttpStatusCode.Conflict, "You sent this a moment ago"), (asked.Status, asked.Heading));
        Assert.Contains((await door.Only()).Reference, asked.Text);
        Assert.Equal(status.Address.AbsolutePath, asked.Document.QuerySelector<IHtmlAnchorElement>("main a[href^='/s/']")!.PathName);
        var second = await caller.Submit(asked);
        Assert.StartsWith("/s/", second.Address.AbsolutePath);
        Assert.NotEqual(status.Address, second.Address);
        Assert.Equal(2, (await door.Stored()).Count);
    }

    [Fact]
    public async Task The_same_words_of_somebody_else_or_later_are_a_request_of_their_own()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        using var other = desk.Browser();
        await door.Send(caller);
        Assert.StartsWith("/s/", (await door.Send(other)).Address.AbsolutePath);
        Assert.StartsWith("/s/", (await caller.Submit(await door.Form(caller), DeskPageTests.With(door.Typed(), "name", "Rui Duarte"))).Address.AbsolutePath);
        desk.Clock.Advance(RecentForms.Kept);
        Assert.StartsWith("/s/", (await door.Send(caller)).Address.AbsolutePath);
        Assert.Equal(4, (await door.Stored()).Count);
    }

    [Fact]
    public void What_was_sent_recently_is_kept_for_so_many_and_the_newest()
    {
        var (recent, now) = (new RecentForms(), desk.Clock.GetUtcNow());
        var (tenant, other) = (Tenants.TenantId.New(now), DeskTicket.New(Tenants.TenantId.New(now), now));
        for (var i = 0; i <= RecentForms.Most; i++)
            recent.Keep((UInt128)i, new RecentForm(DeskTicket.New(tenant, now), "4KQ-27X", now));
        Assert.Null(recent.Find(0, other, now));
        Assert.NotNull(recent.Find(1, other, now));
        Assert.Null(recent.Find(1, other, now + RecentForms.Kept));
    }

    [Fact]
    public async Task What_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var page = await caller.Submit(await door.Form(caller), new Dictionary<string, string?> { ["name"] = "Maria \"M\" <i>", ["phone"] = "12", ["email"] = "not-an-address", ["category"] = door.Urgent.Id.ToString(), ["text"] = "\nTwo\nlines" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(["email", "phone", "subject"], page.Document.QuerySelectorAll(".error").Select(e => e.Id!.Replace("-error", "", StringComparison.Ordinal)).Order());
        Assert.Equal(3, page.Document.QuerySelectorAll("[role=alert] li a").Length);
        Assert.All(page.Document.QuerySelectorAll<IHtmlAnchorElement>("[role=alert] li a"), link => Assert.NotNull(page.Document.GetElementById(link.Hash[1..])));
        Assert.All(["phone", "email"], field => Assert.Contains($"{field}-error", page.Document.GetElementById(field)!.GetAttribute("aria-describedby")));
        Assert.Equal("Maria \"M\" <i>", page.Document.QuerySelector<IHtmlInputElement>("#name")!.Value);
        Assert.Equal("12", page.Document.QuerySelector<IHtmlInputElement>("#phone")!.Value);
        Assert.Equal("Two\nlines", page.Document.QuerySelector<IHtmlTextAreaElement>("textarea")!.Value);
        Assert.Equal(door.Urgent.Id.ToString(), page.Document.QuerySelector("input[name=category][checked]")!.GetAttribute("value"));
        Assert.Empty(await door.Stored());

        var sent = await caller.Submit(page, new Dictionary<string, string?> { ["phone"] = "(0) 912.000.000", ["email"] = null, ["subject"] = door.Subject.Id.ToString() });
        Assert.StartsWith("/s/", sent.Address.AbsolutePath);
        Assert.Equal("Two\nlines", (await door.Only()).Text);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("call me", false)]
    [InlineData("1234", false)]
    [InlineData("12345", true)]
    [InlineData("+351 (912) 000-000 ext. 7", true)]
    [InlineData("123456789012345678901", false)]
    public void A_phone_number_is_taken_as_people_write_it(string phone, bool taken)
    {
        var errors = new Shared.FormErrors();
        var form = DeskForm.Empty with { Category = Guid.Empty.ToString(), Name = "M", Text = "t", Phone = phone };
        Assert.Equal(taken, form.Check(errors, []) is not null);
        Assert.Equal(taken, errors["phone"] is null);
    }

    [Fact]
    public async Task A_text_too_long_is_kept_and_said()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var text = new string('x', Submission.MaxText + 1);
        var page = await caller.Submit(await door.Form(caller), door.Typed(text));
        Assert.Equal("Shorten it to 4,000 characters; it has 4,001.", page.Error("text"));
        Assert.Equal(text, page.Document.QuerySelector("textarea")!.TextContent);
        Assert.StartsWith("/s/", (await caller.Submit(page, new Dictionary<string, string?> { ["text"] = text[1..] })).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_page_left_open_for_days_is_sent_by_pressing_once_more()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var old = await door.Sign(TokenPurpose.DeskForm, TimeSpan.FromMinutes(-1), door.Scope.Id.Value, Guid.CreateVersion7(desk.Clock.GetUtcNow()).ToString("n"), desk.Clock.GetUtcNow().AddDays(-2).ToUnixTimeSeconds().ToString());
        var page = await caller.Submit(await door.Form(caller), DeskPageTests.With(door.Typed("Still dripping."), "_token", old));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("open for a long time", page.Text);
        Assert.Empty(await door.Stored());
        Assert.StartsWith("/s/", (await caller.Submit(page)).Address.AbsolutePath);
        Assert.Equal("Still dripping.", (await door.Only()).Text);
    }

    [Fact]
    public async Task What_is_no_longer_offered_is_chosen_again()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        await door.Scope.Directory().PutCategory(door.Routine with { Active = false });
        var page = await caller.Submit(form, door.Typed());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("What you chose is not offered any more. Choose again.", page.Error("category"));
        Assert.StartsWith("/s/", (await caller.Submit(page, new Dictionary<string, string?> { ["category"] = door.Urgent.Id.ToString() })).Address.AbsolutePath);
    }

    [Fact]
    public async Task Whoever_has_an_emergency_reads_the_owners_words_and_number()
    {
        var door = await Doorstep.Open(desk);
        await door.Settings(s => s with { EmergencyText = "Close the main tap under the stairs.", EmergencyPhone = "+351 (21) 000-00-00" });
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        Assert.NotNull(form.Document.QuerySelector($"input[value='{door.Urgent.Id}'].u"));
        Assert.Null(form.Document.QuerySelector($"input[value='{door.Routine.Id}'].u"));
        Assert.Equal("tel:+351210000000", form.Document.QuerySelector(".when-urgent .emergency a")!.GetAttribute("href"));
        var status = await caller.Submit(form, door.Typed(category: door.Urgent));
        Assert.Contains("Close the main tap under the stairs.", status.Text);
        Assert.Equal("tel:+351210000000", status.Document.QuerySelector(".emergency a")!.GetAttribute("href"));
        Assert.DoesNotContain("Close the main tap", (await door.Send(caller)).Text);
    }
}
