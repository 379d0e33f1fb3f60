using System.Net;
using Backsoon.Tenants;

namespace Backsoon.Billing;

public sealed class BillingPageTests(PayingDesk desk) : IClassFixture<PayingDesk>
{
    [Fact, Promise("R26", "C26")]
    public async Task An_owner_chooses_a_plan_pays_at_stripe_and_sees_what_comes_next()
    {
        var owner = await desk.SignUp();
        var page = await owner.Browser.Get("/billing");
        Assert.Contains("Choose a plan before then", page.Text);
        Assert.Contains($"form-action 'self' {desk.Stripe.Url}", page.Header("Content-Security-Policy"));
        Assert.DoesNotContain(desk.Stripe.Url, (await owner.Browser.Get("/settings")).Header("Content-Security-Policy"));
        Assert.Equal(2, page.Document.QuerySelectorAll(".plans form").Length);
        Assert.Null(page.Document.GetElementById("portal"));

        var (session, visit) = await desk.Choose(owner);
        // Pressed twice it is the same place.
        Assert.Equal(session, (await desk.Choose(owner)).Session);
        desk.Stripe.Books.Pay(session);
        Assert.Equal((desk.Site.App("/billing/done"), 14), (visit.Success, visit.TrialDays));
        Assert.Equal("Waiting for Stripe", (await owner.Browser.Get("/billing/done")).Heading);

        await desk.Report(owner, visit.Customer, BillingStanding.Active);
        Assert.Equal("Thank you", (await owner.Browser.Get("/billing/done")).Heading);
        page = await owner.Browser.Get("/billing");
        Assert.Contains("Solo, 12 euros a month", page.Document.GetElementById("plan")!.TextContent);
        Assert.Contains("Next charge", page.Text);
        Assert.StartsWith("Nothing yet.", page.Document.GetElementById("no-payment")!.TextContent, StringComparison.Ordinal);
        desk.Stripe.Books.Renew((string)desk.Stripe.Books.Subscriptions.Single(one => (string?)one["customer"] == visit.Customer)["id"]!);
        await desk.Report(owner, visit.Customer, BillingStanding.Active);
        var paid = Assert.Single((await owner.Browser.Get("/billing")).Document.QuerySelectorAll("#paid tbody tr"));
        Assert.Contains("12.00 EUR", paid.TextContent, StringComparison.Ordinal);
        Assert.Contains("Paid", paid.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.Browser.Get("/billing?before=nonsense")).Status);
        Assert.Empty(page.Document.QuerySelectorAll(".plans form"));
        var portal = await owner.Browser.Submit(page, form: "#portal", follow: false);
        Assert.StartsWith($"{desk.Stripe.Url}/pages/portal/", portal.Header("Location"), StringComparison.Ordinal);
        Assert.Contains("A plan is chosen already", (await owner.Browser.Post("/billing/choose", Fields(page, "price_solo"))).Text);
        Assert.Empty(desk.Stripe.Violations);
    }

    [Fact]
    public async Task Stripe_is_asked_by_a_button_when_it_does_not_report()
    {
        var owner = await desk.SignUp();
        var (session, _) = await desk.Choose(owner);
        var waiting = await owner.Browser.Submit(await owner.Browser.Get("/billing/done"), form: "#ask");
        Assert.Contains("has not confirmed it yet", waiting.Text);
        desk.Stripe.Books.Pay(session);
        // Opening the address changes nothing.
        Assert.Equal("Waiting for Stripe", (await owner.Browser.Get("/billing/done")).Heading);
        Assert.Contains("Your plan is chosen", (await owner.Browser.Submit(waiting, form: "#ask")).Text);
    }

    [Fact]
    public async Task Whoever_turns_back_at_stripe_has_chosen_nothing()
    {
        var owner = await desk.SignUp();
        var (_, visit) = await desk.Choose(owner);
        var page = await owner.Browser.Get(visit.Cancel);
        Assert.Equal("Nothing was chosen", page.Heading);
        Assert.Contains("nothing was charged", page.Text);
        Assert.Equal(BillingStanding.Trial, (await desk.View(owner)).Standing);
    }

    [Fact]
    public async Task What_is_not_offered_or_cannot_be_asked_for_is_said()
    {
        var owner = await desk.SignUp();
        var page = await owner.Browser.Get("/billing");
        var unknown = await owner.Browser.Post("/billing/choose", Fields(page, "price_other"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.Status);
        Assert.Contains("not offered any more", unknown.Text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.Browser.Post("/billing/portal", Fields(page, ""))).Status);

        for (var tries = 0; tries < 3; tries++)
            desk.Stripe.Faults.Enqueue(StripeFault.ErrorBefore);
        var shut = await owner.Browser.Submit(page, form: ".plans form");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, shut.Status);
        Assert.Contains("Nothing was changed and nothing was charged", shut.Text);
        Assert.Equal(HttpStatusCode.SeeOther, (await owner.Browser.Submit(shut, form: ".plans form", follow: false)).Status);
    }

    [Fact]
    public async Task What_has_to_be_seen_to_is_said_on_every_page_and_callers_read_why_nothing_is_taken()
    {
        var owner = await desk.SignUp();
        await desk.TrialBegins(owner);
        Assert.Null((await owner.Browser.Get("/")).Document.GetElementById("billing-note"));
        desk.Clock.Advance(TimeSpan.FromDays(8));
        // The reminder goes out: without one the trial would not end.
        var subscription = desk.Grains.For((await desk.Grains.Slug(owner.Slug).Resolve())!.Value).Subscription();
        await subscription.Settle();
        Assert.Contains("Your trial ends", (await owner.Browser.Get("/vendors")).Document.GetElementById("billing-note")!.TextContent);
        Assert.Null((await owner.Browser.Get("/billing")).Document.GetElementById("billing-note"));
        desk.Clock.Advance(TimeSpan.FromDays(7));

        Assert.Contains("your page is paused", (await owner.Browser.Get("/vendors")).Document.GetElementById("billing-note")!.TextContent);
        Assert.Contains("Your trial is over", (await owner.Browser.Get("/billing")).Text);

        await subscription.Settle();
        Assert.Contains("Everything is deleted", (await owner.Browser.Get("/vendors")).Document.GetElementById("billing-note")!.TextContent);
        Assert.NotNull((await owner.Browser.Get("/billing")).Document.QuerySelector("#goes time"));
        Assert.Contains("Close your page", (await owner.Browser.Get("/leave")).Text);
    }

    [Fact]
    public async Task The_plan_is_in_the_rail_and_under_more_and_for_members_only()
    {
        var owner = await desk.SignUp();
        Assert.Equal("Plan", (await owner.Browser.Get("/")).Document.QuerySelector(".rail a[href='/billing']")!.TextContent);
        Assert.NotNull((await owner.Browser.Get("/more")).Document.QuerySelector("main a[href='/billing']"));
        using var stranger = desk.Browser();
        foreach (var path in new[] { "/billing", "/billing/done", "/billing/stopped" })
            Assert.Equal("/sign-in", (await stranger.Get(path)).Address.AbsolutePath);
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(WebPage page, string plan) =>
        [new("_token", page.Document.QuerySelector("[name=_token]")!.GetAttribute("value")!), new("plan", plan)];
}
