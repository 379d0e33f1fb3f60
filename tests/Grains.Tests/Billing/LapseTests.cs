using Backsoon.Tenants;

namespace Backsoon.Billing;

/// <summary>Businesses that have neither trial nor plan, and did not say that they leave.</summary>
[Collection(Backend.Name)]
public sealed class LapseTests(Backend backend)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Fact, Promise("C18", "R26")]
    public async Task Whose_trial_is_over_is_told_what_goes_when_is_reminded_and_then_goes()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 15);
        var goes = (await office.Look()).GoesAt!.Value;
        Assert.InRange(goes - (office.FoundedAt + 14 * s_day), 90 * s_day, 91 * s_day);
        Assert.Contains("Everything is deleted at", office.Told[^1].Text, StringComparison.Ordinal);
        var leaving = (await office.Scope.Leaving().Look())!;
        Assert.Equal((goes, true, false, Standing.Paused), (leaving.GoesAt, leaving.HasLapsed, leaving.HasClosed, await office.Page()));
        Assert.Equal(ComeBackOutcome.NeedsPlan, await office.Scope.Leaving().ComeBack(null));

        await office.Restart();
        await office.Live(days: 87);
        Assert.Equal(goes, (await office.Look()).GoesAt);
        Assert.Equal(["In a week everything of Harbour Lettings is deleted"], office.Subjects.Skip(4));
        Assert.Contains(backend.Site.App("/billing"), office.Told[^1].Text, StringComparison.Ordinal);
        await office.Live(days: 1);
        Assert.Equal("Tomorrow everything of Harbour Lettings is deleted", office.Subjects[5]);
        await office.Live(days: 2);

        Assert.Null(await office.Scope.Tenant().Profile());
        await office.Live(days: 2);
        Assert.Equal(7, office.Subjects.Count);
        Assert.Empty(await Dump.Find(office.Database, [office.Tenant.Value]));
    }

    [Fact, Promise("C19")]
    public async Task A_plan_that_is_chosen_before_then_brings_back_everything()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 100);
        var before = (await office.Scope.Tenant().Profile())!;
        await office.Subscribe();
        await office.Pass(TimeSpan.FromMinutes(1));

        var view = await office.Look();
        Assert.Equal((BillingStanding.Active, null, Standing.Open), (view.Standing, view.GoesAt, await office.Page()));
        Assert.Null(await office.Scope.Leaving().Look());
        await office.Live(days: 20);
        Assert.Equal((before.Slug, before.Settings), ((await office.Scope.Tenant().Profile())!.Slug, (await office.Scope.Tenant().Profile())!.Settings));
        Assert.DoesNotContain(office.Subjects, subject => subject.StartsWith("Tomorrow", StringComparison.Ordinal));
    }

    [Fact, Promise("C18")]
    public async Task Whose_plan_has_ended_for_want_of_a_payment_goes_as_well()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        office.Books.Fail(await office.Subscribe());
        await office.Deliver(office.Books.Notices);
        await office.Live(days: 43);
        Assert.Equal((BillingStanding.Unpaid, null), ((await office.Look()).Standing, (await office.Look()).GoesAt));
        await office.Live(days: 3);

        Assert.Equal(BillingStanding.Ended, await office.Standing());
        Assert.InRange((await office.Look()).GoesAt!.Value - office.Clock.GetUtcNow(), 86 * s_day, 90 * s_day);
        Assert.Equal("Your plan has ended", office.Subjects[^1]);
        Assert.Contains("then deleted", office.Told[^1].Text, StringComparison.Ordinal);
        await office.Live(days: 93);
        Assert.Null(await office.Scope.Tenant().Profile());
    }

    [Fact]
    public async Task Whoever_pays_is_not_deleted_though_nobody_reported_it()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 90);
        await office.Pay();
        office.Stripe.IsAway = true;
        await office.Live(days: 20);
        Assert.Equal(Standing.Paused, await office.Page());
        office.Stripe.IsAway = false;
        await office.Live(days: 1);

        Assert.Equal((BillingStanding.Active, Standing.Open), (await office.Standing(), await office.Page()));
        Assert.Null(await office.Scope.Leaving().Look());
    }

    [Fact]
    public async Task Whoever_leaves_after_it_has_dates_of_their_own_and_is_where_they_were_when_they_come_back()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 80);
        var left = (await office.Scope.Leaving().Cancel())!;
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((false, Standing.Closed), (left.HasLapsed, await office.Page()));
        Assert.Null((await office.Look()).GoesAt);
        Assert.Equal(90 * s_day, left.GoesAt - left.ClosesAt);
        await office.Live(days: 50);

        Assert.Equal(ComeBackOutcome.Back, await office.Scope.Leaving().ComeBack(null));
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(Standing.Paused, await office.Page());
        Assert.InRange((await office.Look()).GoesAt!.Value - office.Clock.GetUtcNow(), 89 * s_day, 90 * s_day);
        Assert.True((await office.Scope.Leaving().Look())!.HasLapsed);
    }

    [Fact]
    public async Task Where_nothing_is_charged_for_any_more_nothing_goes_and_the_page_opens_within_minutes()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        await office.Restart(charges: false);
        await office.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(Standing.Open, await office.Page());
        Assert.Null(await office.Scope.Leaving().Look());

        await office.Live(days: 100);
        Assert.Equal(Standing.Open, await office.Page());
        await office.Restart();
        await office.Live(days: 2);
        Assert.InRange((await office.Look()).GoesAt!.Value - office.Clock.GetUtcNow(), 87 * s_day, 90 * s_day);
    }

    [Fact]
    public async Task Where_nothing_is_charged_for_a_business_leaves_comes_back_and_ends_all_the_same()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Subscribe();
        await office.Restart(charges: false);
        Assert.Null(await office.Subscription.CancelAtPeriodEnd());
        await office.Subscription.KeepOn();
        Assert.True((await office.Scope.Leaving().Cancel())!.HasClosed);
        Assert.Equal(Standing.Closed, await office.Page());
        Assert.Equal(ComeBackOutcome.Back, await office.Scope.Leaving().ComeBack(null));
        Assert.Equal(Standing.Open, await office.Page());

        await office.Subscription.End();
        await office.Pass(TimeSpan.FromHours(7));
        Assert.Equal("trialing", (string?)office.Books.Subscriptions[0]["status"]);
        // What was agreed on before is ended as soon as Stripe can be told.
        await office.Restart();
        await office.Live(days: 1);
        Assert.Equal("canceled", (string?)office.Books.Subscriptions[0]["status"]);
    }
}
