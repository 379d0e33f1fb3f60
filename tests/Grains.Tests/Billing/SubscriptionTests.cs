namespace Backsoon.Billing;

[Collection(Backend.Name)]
public sealed class SubscriptionTests(Backend backend)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Fact, Promise("R25", "R26")]
    public async Task A_trial_lasts_a_fortnight_is_reminded_of_four_times_and_then_the_page_is_paused()
    {
        await using var office = await BillingOffice.Open(backend);
        Assert.Equal((BillingStanding.Trial, office.FoundedAt + 14 * s_day), ((await office.Look()).Standing, (await office.Look()).TrialEnd));

        await office.Live(days: 13);
        Assert.Equal(["Your trial ends in 7 days", "Your trial ends in 3 days", "Your trial ends in 1 day"], office.Subjects);
        Assert.Equal(Tenants.Standing.Open, await office.Page());
        await office.Live(days: 10);

        Assert.Equal((BillingStanding.TrialOver, Tenants.Standing.Paused), (await office.Standing(), await office.Page()));
        Assert.Equal("Your trial is over, and your page is paused", office.Subjects[^1]);
        Assert.Equal(4, office.Subjects.Count);
    }

    [Fact, Promise("R26")]
    public async Task What_was_slept_through_is_said_once_and_only_the_last_of_it()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Restart();
        await office.Pass(12 * s_day);
        await office.Restart();
        await office.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(["Your trial ends in 2 days"], office.Subjects);
        await office.Pass(5 * s_day);
        Assert.Equal(["Your trial ends in 2 days", "Your trial is over, and your page is paused"], office.Subjects);
    }

    [Fact, Promise("R26")]
    public async Task A_trial_that_nobody_was_reminded_of_goes_on_until_they_were()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Restart();
        await office.Pass(20 * s_day);
        Assert.Equal((BillingStanding.Trial, Tenants.Standing.Open), (await office.Standing(), await office.Page()));
        Assert.Equal(["Your trial ends in 2 days"], office.Subjects);
        await office.Pass(3 * s_day);
        Assert.Equal((BillingStanding.TrialOver, Tenants.Standing.Paused), (await office.Standing(), await office.Page()));
        Assert.Equal(2, office.Subjects.Count);
    }

    [Fact, Promise("R26")]
    public async Task Whoever_has_chosen_is_not_reminded_and_keeps_the_rest_of_the_trial()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 4);
        await office.Subscribe("price_team");

        var view = await office.Look();
        Assert.Equal((BillingStanding.Active, "Team", false), (view.Standing, view.Plan!.Name, view.EndsAtPeriodEnd));
        Assert.InRange(view.PeriodEnd!.Value - office.Clock.GetUtcNow(), 10 * s_day - TimeSpan.FromMinutes(5), 10 * s_day);
        await office.Live(days: 12);
        Assert.Empty(office.Subjects);
        Assert.Equal(Tenants.Standing.Open, await office.Page());
        Assert.Empty(office.Stripe.Violations);
    }

    [Fact]
    public async Task A_page_that_is_paused_opens_when_a_plan_is_chosen()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        Assert.Equal(Tenants.Standing.Paused, await office.Page());
        await office.Subscribe();
        await office.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal((BillingStanding.Active, Tenants.Standing.Open), (await office.Standing(), await office.Page()));
        Assert.Equal("Your page is open again", office.Subjects[^1]);
        Assert.IsType<BillingDoor.Needless>(await office.Subscription.Choose("price_solo"));
    }

    [Fact]
    public async Task A_payment_that_fails_is_said_and_then_pauses_and_then_ends()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        var id = await office.Subscribe();
        await office.Pass(TimeSpan.FromMinutes(1));
        var said = office.Subjects.Count;
        office.Books.Fail(id);
        await office.Deliver(office.Books.Notices);
        var failed = office.Clock.GetUtcNow();

        var view = await office.Look();
        Assert.Equal(BillingStanding.PastDue, view.Standing);
        Assert.InRange(view.PausesAt!.Value - failed, 14 * s_day - TimeSpan.FromMinutes(2), 14 * s_day);
        Assert.Equal(view.PausesAt + 30 * s_day, view.EndsAt);
        Assert.Equal(Tenants.Standing.Open, await office.Page());
        await office.Live(days: 15);
        Assert.Equal((BillingStanding.Unpaid, Tenants.Standing.Paused), (await office.Standing(), await office.Page()));
        await office.Live(days: 31);

        Assert.Equal((BillingStanding.Ended, Tenants.Standing.Paused), (await office.Standing(), await office.Page()));
        Assert.Equal("canceled", (string?)Assert.Single(office.Books.Subscriptions)["status"]);
        Assert.Equal(["Your payment did not go through", "Your page is paused until the payment is made", "Your plan has ended"], office.Subjects.Skip(said));
        Assert.True((await office.Look()).MayChoose);
    }

    [Fact]
    public async Task A_payment_that_comes_late_opens_the_page_though_nobody_reports_it()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        var id = await office.Subscribe();
        office.Books.Fail(id);
        await office.Deliver(office.Books.Notices);
        await office.Live(days: 16);
        Assert.Equal(Tenants.Standing.Paused, await office.Page());
        office.Books.Renew(id);
        await office.Live(days: 2);

        Assert.Equal((BillingStanding.Active, Tenants.Standing.Open), (await office.Standing(), await office.Page()));
        Assert.Equal("Your page is open again", office.Subjects[^1]);
        Assert.Null((await office.Look()).PausesAt);
    }

    [Fact]
    public async Task A_customer_whom_stripe_has_deleted_has_no_plan_and_may_choose_one()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        await office.Subscribe();
        office.Books.DeleteCustomer((string)Assert.Single(office.Books.Customers)["id"]!);
        await office.Deliver(office.Books.Notices);

        var view = await office.Look();
        Assert.Equal((BillingStanding.Ended, false, true), (view.Standing, view.HasCustomer, view.MayChoose));
        Assert.IsType<BillingDoor.None>(await office.Subscription.Portal());
        await office.Subscribe();
        Assert.Equal(BillingStanding.Active, await office.Standing());
    }

    [Fact]
    public async Task Of_two_that_were_paid_for_the_first_stays()
    {
        await using var office = await BillingOffice.Open(backend);
        var (first, second) = (await office.Subscription.Choose("price_solo"), await office.Subscription.Choose("price_team"));
        office.Books.Pay(((BillingDoor.Open)first).At.Segments[^1]);
        await office.Pass(TimeSpan.FromMinutes(1));
        office.Books.Pay(((BillingDoor.Open)second).At.Segments[^1]);
        await office.Deliver(office.Books.Notices);

        Assert.Equal("Solo", (await office.Look()).Plan!.Name);
        Assert.Equal(["trialing", "canceled"], office.Books.Subscriptions.Select(one => (string?)one["status"]));
    }

    [Fact]
    public async Task Pressed_twice_it_is_one_checkout()
    {
        await using var office = await BillingOffice.Open(backend);
        var doors = await Task.WhenAll(office.Subscription.Choose("price_solo"), office.Subscription.Choose("price_solo"));
        Assert.Equal(doors[0], doors[1]);
        Assert.IsType<BillingDoor.Open>(doors[0]);
        Assert.Single(office.Books.Customers);
        Assert.IsType<BillingDoor.None>(await office.Subscription.Choose("price_other"));
    }

    [Fact]
    public async Task Where_nothing_is_charged_for_no_trial_ends_and_what_was_paused_opens()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 15);
        Assert.Equal(Tenants.Standing.Paused, await office.Page());
        await office.Restart(charges: false);
        await office.Live(days: 2);
        Assert.Equal((BillingStanding.Unbilled, Tenants.Standing.Open), (await office.Standing(), await office.Page()));
        Assert.Null(await office.Subscription.CancelAtPeriodEnd());
        Assert.IsType<BillingDoor.None>(await office.Subscription.Choose("price_solo"));

        await office.Found();
        await office.Live(days: 30);
        Assert.Equal(Tenants.Standing.Open, await office.Page());
        // Switched on again, whoever came meanwhile has a whole trial.
        await office.Restart();
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(BillingStanding.Trial, await office.Standing());
        Assert.InRange((await office.Look()).TrialEnd!.Value - office.Clock.GetUtcNow(), 13 * s_day, 14 * s_day);
    }
}
