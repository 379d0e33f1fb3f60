using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Backsoon.Accounts;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class DeskAbuseTests(FrontDesk desk)
{
    public static readonly TheoryData<string> Hostile = new(
        "<script>alert(1)</script><img src=x onerror=alert(2)>", "{{7*7}} ${7*7} @(7*7)", "Hello\r\nBcc: everybody@example.com\r\n\r\nMore", "\u202Ereversed\u202C and \u200Binvisible\uFEFF", "nul\0nul",
        "half \uD83D of a pair", "\uD83D\uDE31\uD83C\uDFF3\uFE0F\u200D\uD83C\uDF08 water", new string('n', 1200), "مرحبا <b>بالعالم</b>", "'; drop table dispatch; --", "</textarea></form><h1>owned</h1>");

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Hostile_text_is_stored_and_shown_as_text_and_changes_nothing_else(string text)
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var name = text.Length > 100 ? text[..100] : text;
        var status = await caller.Submit(await door.Form(caller), DeskPageTests.With(door.Typed(text), "name", name));
        Assert.StartsWith("/s/", status.Address.AbsolutePath);
        var kept = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\0', '\uFFFD').Replace("\uD83D of", "\uFFFD of", StringComparison.Ordinal);
        Assert.Equal(kept, (await door.Only()).Text);
        Assert.Equal(kept, status.Document.QuerySelector("dd.keep")!.TextContent);
        Assert.Equal("auto", status.Document.QuerySelector("dd.keep")!.GetAttribute("dir"));
        AssertOurs(status);

        var mail = await desk.MailTo(door.First.Email.Value);
        Assert.Equal(door.First.Email.Value, mail.To);
        Assert.DoesNotContain(mail.Headers, header => header.Key.Contains("bcc", StringComparison.OrdinalIgnoreCase) || header.Value.Contains('\n'));
        Assert.DoesNotContain('\n', mail.Subject);
        var vendor = await caller.Get(await door.LinkOf(door.First));
        Assert.Equal(kept, vendor.Document.QuerySelector(".words")!.TextContent);
        AssertOurs(vendor);
    }

    [Fact]
    public async Task Hostile_text_comes_back_into_the_form_as_it_was()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        const string text = "</textarea><script>alert(1)</script> \" onfocus=alert(2) \"";
        var page = await caller.Submit(await door.Form(caller), new Dictionary<string, string?> { ["text"] = text, ["name"] = text, ["phone"] = text, ["email"] = text, ["subject"] = text, ["category"] = text });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(text, page.Document.QuerySelector<IHtmlTextAreaElement>("textarea")!.Value);
        Assert.Equal(text, page.Document.QuerySelector<IHtmlInputElement>("#name")!.Value);
        AssertOurs(page);
    }

    [Fact]
    public async Task What_a_program_fills_in_is_not_stored_and_a_person_presses_once_more()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        var trap = form.Document.QuerySelector($"input[name={DeskForm.Trap}]")!;
        Assert.Equal(("-1", "off"), (trap.GetAttribute("tabindex"), trap.GetAttribute("autocomplete")));
        Assert.Equal("true", trap.Closest("[aria-hidden]")!.GetAttribute("aria-hidden"));
        var told = await caller.Submit(form, DeskPageTests.With(door.Typed("A draught."), DeskForm.Trap, "https://spam.example"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Your request has not been passed on"), (told.Status, told.Heading));
        Assert.Empty(await door.Stored());
        Assert.Equal("A draught.", told.Document.QuerySelector("textarea")!.TextContent);
        Assert.Null(told.Document.QuerySelector($"[name={DeskForm.Trap}]"));
        Assert.StartsWith("/s/", (await caller.Submit(told)).Address.AbsolutePath);
        Assert.Single(await door.Stored());
    }

    [Fact]
    public async Task Whoever_is_quicker_than_people_is_asked_to_press_again()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        // The clock of the test moves by whole steps only: this form is sent in the second it was shown.
        var form = await caller.Get(door.Address());
        var fresh = await door.Sign(TokenPurpose.DeskForm, TimeSpan.FromHours(1), door.Scope.Id.Value, Guid.CreateVersion7(desk.Clock.GetUtcNow()).ToString("n"), desk.Clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds().ToString());
        var page = await caller.Submit(form, DeskPageTests.With(door.Typed("Quick."), "_token", fresh));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("Quick.", page.Document.QuerySelector("textarea")!.TextContent);
        Assert.Empty(await door.Stored());
        desk.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.StartsWith("/s/", (await caller.Submit(page)).Address.AbsolutePath);
        Assert.Single(await door.Stored());
    }

    [Fact, Promise("R28")]
    public async Task Of_64_requests_sent_at_once_from_one_place_exactly_20_are_taken()
    {
        var door = await Doorstep.Open(desk);
        await door.Settings(s => s with { EmergencyPhone = "+351 21 000 00 00" });
        using var caller = desk.Browser();
        var forms = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => caller.Get(door.Address())));
        desk.Clock.Advance(TimeSpan.FromSeconds(5));
        var answers = await Task.WhenAll(forms.Select((form, i) => caller.Submit(form, door.Typed($"Number {i}"), follow: false)));
        Assert.Equal(20, answers.Count(answer => answer.Status == HttpStatusCode.SeeOther));
        Assert.Equal(20, (await door.Stored()).Count);
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        Assert.Equal(44, refused.Count);
        Assert.InRange(int.Parse(refused[0].Header("Retry-After")!), 1, 3600);
        Assert.StartsWith("Number ", refused[0].Document.QuerySelector("textarea")!.TextContent);
        Assert.Equal("tel:+351210000000", refused[0].Document.QuerySelector(".emergency a")!.GetAttribute("href"));

        // What was taken is not refused when it is sent once more, and another place is not held up.
        var taken = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Equal(answers[taken].Header("Location"), (await caller.Submit(forms[taken], door.Typed($"Number {taken}"), follow: false)).Header("Location"));
        using var other = desk.Browser();
        Assert.StartsWith("/s/", (await door.Send(other)).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_form_sent_from_another_sites_page_is_refused()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        var form = await door.Form(caller);
        var token = form.Document.QuerySelector<IHtmlInputElement>("input[name=_token]")!.Value;
        var fields = door.Typed().Select(f => KeyValuePair.Create(f.Key, f.Value!)).Append(KeyValuePair.Create("_token", token)).ToList();
        Assert.Equal(HttpStatusCode.Forbidden, (await caller.Post(door.Address(), fields, fetchSite: "cross-site")).Status);
        // Another desk is same-site in production, and still somebody else.
        Assert.Equal(HttpStatusCode.Forbidden, (await caller.Post(door.Address(), fields, fetchSite: "same-site")).Status);
        Assert.Empty(await door.Stored());
    }

    [Fact]
    public async Task The_form_of_one_desk_is_none_at_another()
    {
        var (door, other) = (await Doorstep.Open(desk), await Doorstep.Open(desk));
        using var caller = desk.Browser();
        var token = (await other.Form(caller)).Document.QuerySelector<IHtmlInputElement>("input[name=_token]")!.Value;
        foreach (var forged in new[] { token, "", "x.y", $"{token}A", token[1..] })
        {
            var page = await caller.Submit(await door.Form(caller), DeskPageTests.With(door.Typed(), "_token", forged));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        }

        Assert.Empty(await door.Stored());
        Assert.Empty(await other.Stored());
    }

    [Fact]
    public async Task What_is_too_much_or_no_form_at_all_is_refused_at_once()
    {
        var door = await Doorstep.Open(desk);
        using var caller = desk.Browser();
        Task<WebPage> Post(HttpContent content) => caller.Send(new HttpRequestMessage(HttpMethod.Post, door.Address()) { Content = content });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post(new StringContent($"text={new string('x', 10_000_000)}", Encoding.UTF8, "application/x-www-form-urlencoded"))).Status);
        var fields = string.Join('&', Enumerable.Range(0, 10_000).Select(i => $"f{i}=1"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(new StringContent(fields, Encoding.UTF8, "application/x-www-form-urlencoded"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(new StringContent("{}", Encoding.UTF8, "application/json"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Post(new MultipartFormDataContent { { new StringContent("x"), "text" } })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Post(new StringContent("%FF%00%=&&&=;text=%ED%A0%80", Encoding.UTF8, "application/x-www-form-urlencoded"))).Status);
        Assert.Empty(await door.Stored());
    }

    // No element came out of what was typed: every one on the page is one of ours.
    private static void AssertOurs(WebPage page)
    {
        Assert.Empty(page.Document.QuerySelectorAll("main script, main img, main [onerror], main [onfocus], dd b, .words b"));
        Assert.Single(page.Document.QuerySelectorAll("h1"));
    }
}
