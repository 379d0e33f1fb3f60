using System.Net;

namespace Backsoon.Dispatch;

[Collection(Desks.Name)]
public sealed class RulesPageTests(FrontDesk desk)
{
    [Fact]
    public async Task Without_rules_it_says_what_they_do_and_what_goes_to_you()
    {
        var business = await Business.Open(desk);

        var page = await business.Browser.Get("/rules");

        Assert.Contains("No rules yet", page.Text);
        Assert.Contains("Without a rule, so it goes to you:", page.Text);
        Assert.Equal((await business.Scope.Directory().Categories()).Length, page.Document.QuerySelectorAll(".note a").Length);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(60)]
    public async Task However_many_there_are_each_is_listed_once(int count)
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");
        for (var i = 0; i < count; i++)
            await business.AddRule((await business.AddSubject($"Mill Lane {i}")).Id, null, (rivera, 20));

        var page = await business.Browser.Get("/rules");
        var links = page.Document.QuerySelectorAll("tbody a").Length;
        if (page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href") is { } next)
            links += (await business.Browser.Get(next)).Document.QuerySelectorAll("tbody a").Length;

        Assert.Equal(count, links);
        Assert.Contains($"{count} rules", page.Text);
    }

    [Fact]
    public async Task A_rule_is_made_step_by_step_and_said_in_words()
    {
        var business = await Business.Open(desk);
        var (rivera, cole) = (await business.AddVendor("Rivera Plumbing"), await business.AddVendor("Cole & Sons"));
        var leak = await business.Category("Water leak");

        var page = await business.Browser.Get("/rules/new");
        page = await Press(business, page, "add", ("category", $"{leak.Id}"), ("vendor-0", $"{rivera.Id}"), ("wait-0", "20"));
        page = await Press(business, page, "save", ("vendor-1", $"{cole.Id}"), ("wait-1", "2"), ("unit-1", "hours"));

        Assert.Equal("/rules", page.Address.AbsolutePath);
        Assert.Equal("Water leak, any property", page.Document.QuerySelector("tbody a")!.TextContent.Trim());
        Assert.Equal("Rivera Plumbing, after 20 minutes Cole & Sons, after 2 hours you", page.Document.QuerySelector("tbody td:last-child")!.TextContent.Trim());
        Assert.DoesNotContain("Water leak", page.Document.QuerySelector(".note")!.TextContent);
    }

    [Fact]
    public async Task Steps_come_go_and_move_and_nothing_typed_is_lost()
    {
        var business = await Business.Open(desk);
        var (a, b) = (await business.AddVendor("A"), await business.AddVendor("B"));
        var page = await business.Browser.Get("/rules/new");

        page = await Press(business, page, "add", ("vendor-0", $"{a.Id}"), ("wait-0", "not a number"));
        page = await Press(business, page, "add", ("vendor-1", $"{b.Id}"), ("wait-1", "3"), ("unit-1", "days"));
        Assert.Equal([("A", "not a number", "minutes"), ("B", "3", "days"), ("", "20", "minutes")], Steps(page));
        page = await Press(business, page, "up-1");
        Assert.Equal([("B", "3", "days"), ("A", "not a number", "minutes"), ("", "20", "minutes")], Steps(page));
        page = await Press(business, page, "down-1");
        page = await Press(business, page, "remove-0");
        Assert.Equal([("", "20", "minutes"), ("A", "not a number", "minutes")], Steps(page));
        page = await Press(business, page, "save");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error("vendor-0"));
        Assert.NotNull(page.Error("wait-1"));
        Assert.Equal([("", "20", "minutes"), ("A", "not a number", "minutes")], Steps(page));
    }

    [Fact]
    public async Task Several_are_asked_at_once_on_duty_and_again_within_a_bound_that_the_page_says()
    {
        var business = await Business.Open(desk);
        var (rivera, cole) = (await business.AddVendor("Rivera Plumbing"), await business.AddVendor("Cole & Sons"));

        var page = await Press(business, await business.Browser.Get("/rules/new"), "together-0", ("vendor-0", $"{rivera.Id}"));
        page = await Press(business, page, "together-0", ("vendor-0-1", $"{rivera.Id}"));
        page = await Press(business, page, "save", ("duty-0", "on"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Error("vendor-0-1"));
        Assert.NotNull(page.Document.QuerySelector("[name=duty-0][checked]"));
        page = await Press(business, page, "save", ("vendor-0-1", $"{cole.Id}"), ("repeat", "3"), ("counts-0", "on"));

        Assert.Equal("Rivera Plumbing and Cole & Sons at once (when on duty), after 20 minutes on duty all of it again, 3 times in all, then you", page.Document.QuerySelector("tbody td:last-child")!.TextContent.Trim());
        var rule = await business.Browser.Get(page.Document.QuerySelector("tbody a")!.GetAttribute("href")!);
        Assert.Contains("you are told within 1 hour.", rule.Text);
        await business.Scope.Directory().PutVendor(cole with { Duty = VendorDuty.Own, Hours = new([new(DayOfWeek.Monday, new(540, 1020))], []) });
        rule = await business.Browser.Get(rule.Address.PathAndQuery);
        Assert.Contains("; an urgent request within 1 hour.", rule.Text);
        Assert.Contains("days", rule.Document.QuerySelector("main .note")!.TextContent);
    }

    [Theory]
    [InlineData("0", "minutes", "Type a whole number")]
    [InlineData("8", "days", "from 1 minute to 7 days")]
    [InlineData("1e3", "minutes", "Type a whole number")]
    [InlineData("20", "years", "Type a whole number")]
    public async Task A_wait_that_does_not_do_is_explained(string wait, string unit, string message)
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");

        var page = await Press(business, await business.Browser.Get("/rules/new"), "save", ("vendor-0", $"{rivera.Id}"), ("wait-0", wait), ("unit-0", unit));

        Assert.Contains(message, page.Error("wait-0"));
    }

    [Fact]
    public async Task A_second_rule_for_the_same_requests_leads_to_the_first()
    {
        var business = await Business.Open(desk);
        var rivera = await business.AddVendor("Rivera Plumbing");
        var first = await business.AddRule(null, null, (rivera, 20));

        var page = await Press(business, await business.Browser.Get("/rules/new"), "save", ("vendor-0", $"{rivera.Id}"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Document.QuerySelector($"a[href='/rules/{first.Id}']"));
    }

    [Fact]
    public async Task A_rule_is_removed_after_one_more_question()
    {
        var business = await Business.Open(desk);
        var rule = await business.AddRule(null, null, (await business.AddVendor("Rivera Plumbing"), 20));

        var question = await business.Browser.Get($"/rules/{rule.Id}/remove");
        Assert.Contains("Any category, any property", question.Text);
        Assert.NotNull(await business.Scope.Directory().Rule(rule.Id));
        var page = await business.Browser.Submit(question);

        Assert.Contains("The rule is removed.", page.Text);
        Assert.Null(await business.Scope.Directory().Rule(rule.Id));
    }

    [Fact]
    public async Task Who_gets_it_is_answered_with_the_reason()
    {
        var business = await Business.Open(desk);
        var (rivera, cole) = (await business.AddVendor("Rivera Plumbing"), await business.AddVendor("Cole & Sons"));
        var (leak, subject) = (await business.Category("Water leak"), await business.AddSubject("Mill Lane 4"));

        Assert.Contains("No rule fits, so it goes to you at once.", await Who(business, $"category={leak.Id}"));
        var any = await business.AddRule(null, leak.Id, (rivera, 20));
        Assert.Contains("Water leak: Rivera Plumbing, after 20 minutes you.", await Who(business, $"category={leak.Id}"));
        Assert.Contains("for this category, any property", await Who(business, $"category={leak.Id}&subject={subject.Id}"));
        await business.AddRule(subject.Id, null, (cole, 60), (rivera, 60));
        Assert.Contains("Water leak, Mill Lane 4: Cole & Sons, after 1 hour Rivera Plumbing, after 1 hour you.", await Who(business, $"category={leak.Id}&subject=mill+lane"));
        Assert.Contains("for this property, any category", await Who(business, $"category={leak.Id}&subject={subject.Id}"));
        await business.Scope.Directory().PutVendor(rivera with { Active = false });
        Assert.Contains("without those it names who are switched off", await Who(business, $"category={leak.Id}&subject={subject.Id}"));
        Assert.Contains("but everybody it names is switched off", await Who(business, $"category={leak.Id}"));
        var page = await business.Browser.Get("/rules");
        Assert.Contains("Names somebody who is switched off", page.Document.QuerySelector($"tr:has(a[href='/rules/{any.Id}'])")!.TextContent);
    }

    private static async Task<string> Who(Business business, string query) => System.Text.RegularExpressions.Regex.Replace((await business.Browser.Get($"/rules?{query}")).Document.QuerySelector(".answer")!.TextContent, @"\s+", " ");

    private static Task<WebPage> Press(Business business, WebPage page, string button, params (string Name, string Value)[] typed) =>
        business.Browser.Submit(page, new Dictionary<string, string?>(typed.Select(field => KeyValuePair.Create(field.Name, (string?)field.Value))) { ["do"] = button }, "form#rule");

    private static (string, string, string)[] Steps(WebPage page) =>
    [
        .. page.Document.QuerySelectorAll(".rule-step").Select((step, i) => (
            step.QuerySelector($"#vendor-{i} option[selected]")?.TextContent ?? "", step.QuerySelector($"#wait-{i}")!.GetAttribute("value")!, step.QuerySelector($"#unit-{i} option[selected]")!.TextContent)),
    ];
}
