using System.Net;
using System.Text.Json;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

[Collection(Desks.Name)]
public sealed class SignUpPageTests(FrontDesk desk)
{
    [Fact, Trait("Promise", "R1")]
    public async Task It_asks_for_five_things_and_nothing_else()
    {
        using var browser = desk.Browser();

        var form = (await browser.Get("/sign-up")).Document.QuerySelector("form[method=post]")!;

        var asked = form.QuerySelectorAll("input:not([type=hidden]), select, textarea").Select(field => field.GetAttribute("name")).Distinct();
        Assert.Equal(["email", "name", "business", "slug", "industry"], asked);
        Assert.Empty((await browser.Get("/sign-up")).Document.QuerySelectorAll("input[type=password]"));
    }

    [Fact, Trait("Promise", "R1"), Trait("Promise", "R40")]
    public async Task Five_answers_and_one_mail_lead_to_the_first_steps()
    {
        var owner = await desk.SignUp(Industry.LawPractice);

        var welcome = await owner.Browser.Get("/welcome");

        Assert.Contains($"{owner.Slug}.{desk.Site.Domain}", welcome.Text, StringComparison.Ordinal);
        Assert.Contains("Add your matters", welcome.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await owner.Browser.Get("/settings")).Status);
    }

    [Fact]
    public async Task Nothing_typed_is_lost_and_every_problem_is_said_beside_its_field()
    {
        using var browser = desk.Browser();
        var typed = new Dictionary<string, string?> { ["email"] = "ana@", ["name"] = "", ["business"] = "Harbour & \"Lane\"", ["slug"] = "Harbour Lane", ["zone"] = "Europe/Lisbon" };

        var page = await browser.Submit(await browser.Get("/sign-up"), typed);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        foreach (var (field, value) in typed)
            Assert.Equal(value, page.Document.QuerySelector($"[name={field}]")!.GetAttribute("value"));
        Assert.Equal("Type your whole email address, like ana@example.com.", page.Error("email"));
        Assert.Equal("Type your name, as vendors may see it.", page.Error("name"));
        Assert.Equal("Use the letters a to z, digits and dashes only: no spaces, dots or accents.", page.Error("slug"));
        Assert.NotNull(page.Error("industry"));
        Assert.Null(page.Error("business"));
        Assert.Equal(4, page.Document.QuerySelectorAll("#errors li a").Length);
        Assert.All(page.Document.QuerySelectorAll("#errors li a"), link => Assert.NotNull(page.Document.QuerySelector(link.GetAttribute("href")!)));
    }

    [Theory, Trait("Abuse", "13")]
    [InlineData("ab", "at least 3")]
    [InlineData("www", "kept for the service")]
    [InlineData("adm1n", "kept for the service")]
    [InlineData("xn--harbour", "one dash at a time")]
    [InlineData("h\u0430rbour", "letters a to z")]
    [InlineData("har\u200bbour", "letters a to z")]
    [InlineData("-harbour", "Begin with a letter")]
    [InlineData("harbour-", "End with a letter")]
    [InlineData("a2345678901234567890123456789012345678901", "40 characters at most")]
    public async Task An_address_that_cannot_be_had_is_refused_with_its_reason(string slug, string reason)
    {
        using var browser = desk.Browser();

        var page = await browser.Submit(await browser.Get("/sign-up"), Answers("ana@slugs.example", slug));

        Assert.Contains(reason, page.Error("slug"), StringComparison.Ordinal);
        Assert.Empty(await desk.AllMailsTo("ana@slugs.example"));
    }

    [Fact]
    public async Task A_taken_address_comes_with_free_ones()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();

        var page = await browser.Submit(await browser.Get("/sign-up"), Answers("beatriz@late.example", owner.Slug.Value));

        Assert.Equal("Somebody has this address already.", page.Error("slug"));
        Assert.Contains($"{owner.Slug}-desk", page.Document.GetElementById("slug-free")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("beatriz@late.example", page.Document.QuerySelector("#email")!.GetAttribute("value"));
    }

    [Fact]
    public async Task What_was_claimed_on_the_home_page_is_filled_in_and_judged_at_once()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();

        var taken = await browser.Get($"/sign-up?slug={owner.Slug}");
        var free = await browser.Get("/sign-up?slug=nobody-has-this");

        Assert.Equal((HttpStatusCode.OK, "Somebody has this address already."), (taken.Status, taken.Error("slug")));
        Assert.Equal("nobody-has-this", free.Document.QuerySelector("#slug")!.GetAttribute("value"));
        Assert.Null(free.Error("slug"));
    }

    [Fact]
    public async Task The_module_hears_what_the_form_would_say()
    {
        var owner = await desk.SignUp();
        using var browser = desk.Browser();

        using var taken = JsonDocument.Parse((await browser.Get($"/sign-up/address?slug={owner.Slug}&business=")).Body);
        using var suggested = JsonDocument.Parse((await browser.Get("/sign-up/address?slug=&business=Caf%C3%A9%20Lisboa")).Body);

        Assert.Equal("Somebody has this address already.", taken.RootElement.GetProperty("message").GetString());
        Assert.NotEqual(0, taken.RootElement.GetProperty("suggestions").GetArrayLength());
        Assert.Equal(("cafe-lisboa", ""), (suggested.RootElement.GetProperty("slug").GetString(), suggested.RootElement.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_mistyped_address_is_corrected_and_nothing_else_is_typed_again()
    {
        using var browser = desk.Browser();
        using var other = desk.Browser();
        var waiting = await browser.Submit(await browser.Get("/sign-up"), Answers("ana@gmial.example", "mistyped-once"));
        Assert.Contains("A mail is on its way to ana@gmial.example", waiting.Text, StringComparison.Ordinal);

        var again = await browser.Get(waiting.Document.QuerySelector("main li a[href^='/sign-up']")!.GetAttribute("href")!);
        foreach (var (field, value) in Answers("ana@gmial.example", "mistyped-once").Where(answer => answer.Key != "industry"))
            Assert.Equal(value, again.Document.QuerySelector($"[name={field}]")!.GetAttribute("value"));
        Assert.Equal("Trades", again.Document.QuerySelector("[name=industry][checked]")!.GetAttribute("value"));
        Assert.Null(again.Error("slug"));
        Assert.Equal("Somebody has this address already.", (await other.Submit(await other.Get("/sign-up"), Answers("rui@gmail.example", "mistyped-once"))).Error("slug"));

        await browser.Submit(again, new Dictionary<string, string?> { ["email"] = "ana@gmail.example" });
        var welcome = await browser.Submit(await browser.Get(Owner.LinkIn(await desk.MailTo("ana@gmail.example"))));
        Assert.Contains($"mistyped-once.{desk.Site.Domain}", welcome.Text, StringComparison.Ordinal);
        Assert.Empty((await other.Get("/sign-up?again=1")).Document.QuerySelector("#name")!.GetAttribute("value") ?? "");
    }

    [Fact, Trait("Abuse", "5")]
    public async Task A_known_address_is_answered_alike_and_told_by_mail()
    {
        var owner = await desk.SignUp();
        using var known = desk.Browser();
        using var unknown = desk.Browser();
        var seen = (await desk.MailsTo(owner.Email)).Select(mail => mail.Id).ToArray();

        var one = await known.Submit(await known.Get("/sign-up"), Answers(owner.Email, $"{owner.Slug}-b"), follow: false);
        var other = await unknown.Submit(await unknown.Get("/sign-up"), Answers("carla@first.example", $"{owner.Slug}-c"), follow: false);

        Assert.Equal((one.Status, one.Header("Location"), one.Body), (other.Status, other.Header("Location"), other.Body));
        Assert.Equal("You already have an account at Backsoon", (await desk.MailTo(owner.Email, seen)).Subject);
    }

    [Fact, Trait("Promise", "R28"), Trait("Abuse", "35")]
    public async Task One_source_signs_up_ten_times_an_hour()
    {
        using var browser = desk.Browser();
        var answers = new List<WebPage>();
        for (var time = 0; time < 11; time++)
            answers.Add(await browser.Submit(await browser.Get("/sign-up"), Answers($"many{time}@farm.example", $"farm-{time}-fields"), follow: false));

        Assert.All(answers[..10], answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[10].Status);
        Assert.Equal("That was a lot in a short time", answers[10].Heading);
    }

    [Fact, Trait("Abuse", "31")]
    public async Task Hostile_names_are_text_wherever_they_are_shown()
    {
        const string name = "<script>alert(1)</script> {{7*7}} \u202Eevil 😀 o'Neil & \"Co\"";
        using var browser = desk.Browser();
        await browser.Submit(await browser.Get("/sign-up"), new Dictionary<string, string?>(Answers("hostile@names.example", "hostile-names")) { ["business"] = name + "\r\nBcc: all@names.example" });
        var mail = await desk.MailTo("hostile@names.example");
        var welcome = await browser.Submit(await browser.Get(Owner.LinkIn(mail)));

        Assert.Empty(welcome.Document.QuerySelectorAll("script"));
        Assert.Equal(name + "  Bcc: all@names.example", (await browser.Get("/settings")).Document.QuerySelector("[name=business]")!.GetAttribute("value"));
        Assert.Contains(name, welcome.Document.QuerySelector("nav bdi")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", mail.Subject, StringComparison.Ordinal);
        Assert.Equal("hostile@names.example", mail.To);
        Assert.Empty(await desk.AllMailsTo("all@names.example"));
    }

    private static Dictionary<string, string?> Answers(string email, string slug) => new()
    {
        ["email"] = email,
        ["name"] = "Ana",
        ["business"] = "Harbour",
        ["slug"] = slug,
        ["industry"] = "Trades",
    };
}
