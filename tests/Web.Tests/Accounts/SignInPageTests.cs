using System.Net;

namespace Backsoon.Accounts;

[Collection(Desks.Name)]
public sealed class SignInPageTests(FrontDesk desk)
{
    [Fact, Trait("Abuse", "5")]
    public async Task A_known_and_an_unknown_address_are_answered_alike()
    {
        var owner = await desk.SignUp();
        using var one = desk.Browser();
        using var other = desk.Browser();
        const string unknown = "nobody@elsewhere.example";

        var known = await Ask(one, owner.Email, follow: false);
        var stranger = await Ask(other, unknown, follow: false);
        Assert.Equal((known.Status, known.Header("Location"), known.Body), (stranger.Status, stranger.Header("Location"), stranger.Body));
        Assert.Equal(known.Headers.Keys.Order(), stranger.Headers.Keys.Order());

        var pages = (await one.Get("/sign-in/code"), await other.Get("/sign-in/code"));
        Assert.Equal(Plain(pages.Item1, owner.Email), Plain(pages.Item2, unknown));
        Assert.Contains($"If there is an account for {unknown}, a mail is on its way", pages.Item2.Text, StringComparison.Ordinal);
        Assert.NotNull(pages.Item2.Document.QuerySelector("main a[href='/sign-up']"));
    }

    [Fact, Trait("Abuse", "5")]
    public async Task Wrong_codes_are_answered_alike_and_only_the_known_is_mailed()
    {
        var owner = await desk.SignUp();
        using var one = desk.Browser();
        using var other = desk.Browser();
        const string unknown = "nobody@quiet.example";
        var code = Owner.CodeIn(await owner.AskToSignIn(one)) == "111111" ? "222222" : "111111";
        await Ask(other, unknown);

        for (var guess = 1; guess <= 6; guess++)
        {
            var known = await one.Submit(await one.Get("/sign-in/code"), Code(code));
            var stranger = await other.Submit(await other.Get("/sign-in/code"), Code(code));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, known.Status);
            Assert.Equal(Plain(known, owner.Email), Plain(stranger, unknown));
        }

        Assert.Empty(await desk.AllMailsTo(unknown));
    }

    [Fact]
    public async Task The_code_of_the_mail_signs_in_the_browser_that_asked()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var code = Owner.CodeIn(await owner.AskToSignIn(browser, "/history"));

        var page = await browser.Submit(await browser.Get("/sign-in/code"), Code($"{code[..3]} {code[3..]}"), follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.Equal("/history", page.Header("Location"));
        Assert.NotNull(browser.Cookie("session"));
        Assert.Null(browser.Cookie("asked"));
    }

    [Fact]
    public async Task The_code_is_worth_nothing_in_another_browser()
    {
        var owner = await desk.SignUp();
        using var asked = desk.Browser();
        using var other = desk.Browser();
        var code = Owner.CodeIn(await owner.AskToSignIn(asked));
        await other.Get("/sign-in");
        other.SetCookie("asked", asked.Cookie("asked")!);

        var page = await other.Submit(await other.Get("/sign-in/code"), Code(code));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("Use the link in the mail", page.Error("code"), StringComparison.Ordinal);
        Assert.Null(other.Cookie("session"));
    }

    [Fact]
    public async Task After_five_wrong_codes_only_the_link_works()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var mail = await owner.AskToSignIn(browser);
        var code = Owner.CodeIn(mail);
        var page = await browser.Get("/sign-in/code");

        for (var guess = 1; guess <= 5; guess++)
            page = await browser.Submit(page, Code(code == "111111" ? "222222" : "111111"));
        page = await browser.Submit(page, Code(code));

        Assert.Contains("no longer works", page.Error("code"), StringComparison.Ordinal);
        Assert.Null(browser.Cookie("session"));
        await browser.Submit(await browser.Get(Owner.LinkIn(mail)), follow: false);
        Assert.NotNull(browser.Cookie("session"));
    }

    [Fact]
    public async Task What_is_no_code_costs_no_guess()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var code = Owner.CodeIn(await owner.AskToSignIn(browser));
        var page = await browser.Get("/sign-in/code");

        foreach (var typed in new[] { "48291", "48291x", "", "4829133", "٤٨٢٩١٣" })
        {
            page = await browser.Submit(page, Code(typed));
            Assert.Equal("The code is 6 digits, like 482 913.", page.Error("code"));
        }

        await browser.Submit(page, Code(code), follow: false);
        Assert.NotNull(browser.Cookie("session"));
    }

    [Fact]
    public async Task A_double_click_mails_once()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var page = await browser.Get("/sign-in");
        var seen = (await desk.MailsTo(owner.Email)).Select(mail => mail.Id).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => browser.Submit(page, Email(owner.Email))));
        await desk.MailTo(owner.Email, seen);
        await owner.AskToSignIn(browser);

        Assert.Equal(seen.Length + 2, (await desk.MailsTo(owner.Email)).Count);
    }

    [Fact]
    public async Task What_was_typed_stays_when_it_is_no_address()
    {
        using var browser = desk.Browser();

        var page = await Ask(browser, "ana at <example>");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("Type your whole email address, like ana@example.com.", page.Error("email"));
        Assert.Equal("ana at <example>", page.Document.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Equal("email-error", page.Document.QuerySelector("#email")!.GetAttribute("aria-describedby"));
    }

    [Fact]
    public async Task A_link_may_fill_in_the_address_and_nothing_is_sent_by_it()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var before = (await desk.MailsTo(owner.Email)).Count;

        var page = await browser.Get($"/sign-in?email={Uri.EscapeDataString(owner.Email)}");
        await owner.AskToSignIn(browser);

        Assert.Equal(owner.Email, page.Document.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Equal(before + 1, (await desk.MailsTo(owner.Email)).Count);
    }

    [Theory, Trait("Abuse", "10")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\t/evil.example")]
    public async Task Nobody_is_sent_to_another_host(string next)
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var mail = await owner.AskToSignIn(browser, next);

        var page = await browser.Submit(await browser.Get(Owner.LinkIn(mail)), follow: false);

        Assert.Equal("/", page.Header("Location"));
    }

    [Fact, Trait("Abuse", "10")]
    public async Task Whoever_was_stopped_at_a_page_comes_back_to_it()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();
        var stopped = await browser.Get("/settings?said=saved&from=history");
        Assert.Equal("/sign-in", stopped.Address.AbsolutePath);
        var seen = (await desk.MailsTo(owner.Email)).Select(mail => mail.Id).ToArray();
        await browser.Submit(stopped, Email(owner.Email));

        var page = await browser.Submit(await browser.Get(Owner.LinkIn(await desk.MailTo(owner.Email, seen))), follow: false);

        Assert.Equal("/settings?said=saved&from=history", page.Header("Location"));
    }

    [Fact, Trait("Abuse", "6"), Trait("Promise", "R28")]
    public async Task One_address_is_not_buried_in_mail()
    {
        var owner = await desk.SignUp();
        var before = (await desk.MailsTo(owner.Email)).Select(mail => mail.Id).ToArray();
        var answers = new List<WebPage>();
        for (var time = 0; time < 8; time++)
        {
            using var browser = desk.Browser();
            answers.Add(await Ask(browser, owner.Email, follow: false));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].Status);
        Assert.InRange(int.Parse(answers[^1].Header("Retry-After")!), 1, 3600);
        Assert.InRange((await desk.AllMailsTo(owner.Email)).Count - before.Length, 1, 5);
    }

    [Fact, Trait("Abuse", "35"), Trait("Promise", "R28")]
    public async Task One_source_asks_thirty_times_an_hour_however_many_at_once()
    {
        using var browser = desk.Browser();
        var pages = new List<WebPage>();
        for (var page = 0; page < 40; page++)
            pages.Add(await browser.Get("/sign-in"));

        var answers = await Task.WhenAll(pages.Select((page, at) => browser.Submit(page, Email($"caller{at}@elsewhere.example"), follow: false)));

        Assert.Equal(30, answers.Count(answer => answer.Status == HttpStatusCode.SeeOther));
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToArray();
        Assert.Equal(10, refused.Length);
        Assert.All(refused, answer => Assert.NotNull(answer.Header("Retry-After")));
    }

    [Fact]
    public async Task A_page_left_open_overnight_is_shown_again_with_what_was_typed()
    {
        using var browser = desk.Browser();
        var page = await browser.Get("/sign-in");
        desk.Clock.Advance(TimeSpan.FromHours(13));

        var again = await browser.Submit(page, Email("ana@late.example"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
        Assert.Equal("ana@late.example", again.Document.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Equal("Look in your mail", (await browser.Submit(again)).Heading);
    }

    private static Dictionary<string, string?> Email(string email) => new() { ["email"] = email };

    private static Dictionary<string, string?> Code(string code) => new() { ["code"] = code };

    private static async Task<WebPage> Ask(Browser browser, string email, bool follow = true) => await browser.Submit(await browser.Get("/sign-in"), Email(email), follow: follow);

    // Everything that is on the page but the address that was typed and the form's own token.
    private static string Plain(WebPage page, string email)
    {
        page.Document.QuerySelector("input[name=_token]")!.Remove();
        return page.Document.DocumentElement.OuterHtml.Replace(email, "", StringComparison.Ordinal);
    }
}
