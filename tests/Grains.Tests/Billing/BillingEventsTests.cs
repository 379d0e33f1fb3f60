using Backsoon.Accounts;
using Backsoon.Tenants;
using FsCheck.Fluent;

namespace Backsoon.Billing;

[Collection(Backend.Name)]
public sealed class BillingEventsTests(Backend backend)
{
    [Fact, Promise("R5", "C26")]
    public async Task Nothing_of_what_stripe_says_is_kept_but_ids_and_what_was_paid()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        office.Books.Renew(await office.Subscribe());
        await office.Deliver(office.Books.Notices);

        Assert.Empty(await Dump.Find(office.Database, [StripeBooks.Card, "payer@example.com", "Ana Payer", "visa"]));
        Assert.Equal(2L, await office.Database.Scalar<long>("select count(*) from billing_record where amount = 1200 and currency = 'eur' and paid_at is not null and period_end is not null"));
        Assert.Equal(0L, await office.Database.Scalar<long>("select count(*) from billing_event where coalesce(subject_id, customer_id, subscription_id) is not null"));
    }

    [Fact]
    public async Task What_a_business_paid_is_listed_newest_first_a_page_at_a_time_and_to_nobody_else()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        var id = await office.Subscribe();
        for (var month = 0; month < 24; month++)
        {
            await office.Pass(TimeSpan.FromDays(1));
            office.Books.Renew(id);
        }

        await office.Deliver(office.Books.Notices);
        var first = await office.Subscription.Payments(null);
        var second = await office.Subscription.Payments(first.Next);
        Assert.Equal((20, 5, null), (first.Payments.Length, second.Payments.Length, second.Next));
        var all = first.Payments.AddRange(second.Payments);
        Assert.Equal(all.OrderByDescending(payment => payment.PaidAt).ThenByDescending(payment => payment.Invoice, StringComparer.Ordinal), all);
        Assert.Equal(25, all.Select(payment => payment.Invoice).Distinct().Count());
        Assert.All(all, payment => Assert.Equal("12.00 EUR", payment.Said));
        await office.Found();
        Assert.Empty((await office.Subscription.Payments(null)).Payments);
    }

    [Theory]
    [InlineData(1200, "eur", "12.00 EUR")]
    [InlineData(123456789, "usd", "1,234,567.89 USD")]
    [InlineData(1500, "jpy", "1,500 JPY")]
    [InlineData(1500, "kwd", "1.500 KWD")]
    public void An_amount_is_said_in_the_units_of_its_currency(long amount, string currency, string said) => Assert.Equal(said, new Payment("in_1", default, amount, currency, null, null).Said);

    [Fact, Promise("P14")]
    public async Task What_was_paid_outlives_the_business_leads_to_nobody_and_goes_after_seven_years()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        await office.Subscribe();
        await office.Subscription.End();
        await office.Scope.Tenant().Erase();
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(1L, await office.Database.Scalar<long>("select count(*) from billing_record"));
        Assert.Empty(await Dump.Find(office.Database, [office.Tenant.Value, office.Owner.Value, "Duarte", (string)office.Books.Customers[0]["id"]!]));

        var sweeper = office.Grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key);
        office.Clock.Advance(TimeSpan.FromDays(7 * 365 - 30));
        Assert.True(await sweeper.Sweep());
        Assert.Equal(1L, await office.Database.Scalar<long>("select count(*) from billing_record"));
        Assert.Equal(0L, await office.Database.Scalar<long>("select count(*) from billing_event"));
        office.Clock.Advance(TimeSpan.FromDays(30));
        Assert.True(await sweeper.Sweep());
        Assert.Equal(0L, await office.Database.Scalar<long>("select count(*) from billing_record"));
    }

    [Fact]
    public async Task An_event_waits_while_stripe_does_not_answer_and_holds_up_no_other()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Pay();
        office.Stripe.IsAway = true;
        foreach (var notice in office.Books.Notices)
            await office.Grains.GetGrain<IBillingGrain>(IBillingGrain.Key).Keep(notice.Reported);
        await office.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(BillingStanding.Trial, await office.Standing());
        Assert.Equal((long)office.Books.Notices.Count, await office.Database.Scalar<long>("select count(*) from billing_event where processed_at is null and attempts > 0"));
        await office.Restart();
        office.Stripe.IsAway = false;
        await office.Settled();
        Assert.Equal(BillingStanding.Active, await office.Standing());
    }

    [Fact]
    public async Task What_can_never_be_worked_off_is_passed_over_after_a_week()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Subscribe();
        office.Books.Fail((string)office.Books.Subscriptions[0]["id"]!);
        office.Stripe.IsAway = true;
        await office.Grains.GetGrain<IBillingGrain>(IBillingGrain.Key).Keep(office.Books.Notices.Last().Reported);
        await office.Live(days: 8);
        Assert.Equal(0L, await office.Database.Scalar<long>("select count(*) from billing_event where processed_at is null"));
    }

    /// <summary>A life of a subscription, its events reported in any order, any number of times, some while it goes on and some long after.</summary>
    [Fact]
    public async Task Whatever_the_order_in_which_a_life_is_reported_in_the_end_it_is_what_stripe_says()
    {
        await using var office = await BillingOffice.Open(backend);
        var lives = (from length in Gen.Choose(1, 6) from steps in Gen.Choose(0, 4).ListOf(length) from order in Gen.Choose(0, int.MaxValue - 1) from repeats in Gen.Choose(1, 3) select (Steps: steps.ToArray(), order, repeats)).Sample(8, 12);
        foreach (var (steps, order, repeats) in lives)
        {
            await office.Found();
            var before = office.Books.Notices.Count;
            var id = await office.Pay();
            var random = new Random(order);
            var early = new List<StripeNotice>();
            foreach (var step in steps)
            {
                switch (step)
                {
                    case 0: office.Books.Fail(id); break;
                    case 1: office.Books.Renew(id); break;
                    case 2: office.Books.Change(id, "customer.subscription.paused", one => one["status"] = "paused"); break;
                    case 3: office.Books.Change(id, "customer.subscription.updated", one => one["cancel_at_period_end"] = true); break;
                    default: office.Books.End(id); break;
                }

                // Some come as it happens.
                if (random.Next(2) == 0)
                    early.Add(office.Books.Notices.Last());
                if (early.Count > 0 && random.Next(2) == 0)
                    await office.Deliver(early);
                if (step > 3)
                    break;
            }

            var notices = office.Books.Notices.Skip(before).ToArray();
            var reported = Enumerable.Repeat(notices, repeats).SelectMany(all => all).ToArray();
            random.Shuffle(reported);
            await office.Deliver(reported);

            var (view, truth) = (await office.Look(), office.Books.Subscriptions.Single(one => (string?)one["id"] == id));
            var live = (string?)truth["status"] != "canceled";
            Assert.Equal((string?)truth["status"] switch { "trialing" or "active" => BillingStanding.Active, "past_due" => BillingStanding.PastDue, "paused" => BillingStanding.Unpaid, _ => BillingStanding.Trial }, view.Standing);
            Assert.Equal((live, live ? (bool)truth["cancel_at_period_end"]! : false), (view.Plan is not null, live && view.EndsAtPeriodEnd));
            Assert.Equal(live ? DateTimeOffset.FromUnixTimeSeconds((long)truth["items"]!["data"]![0]!["current_period_end"]!) : null, view.PeriodEnd);
            var paid = notices.Count(notice => notice.Reported.Type == "invoice.paid");
            Assert.Equal(paid, notices.Where(notice => notice.Reported.Type == "invoice.paid").Select(notice => notice.Reported.Subject).Distinct().Count());
            Assert.Equal((long)office.Books.Notices.Count(notice => notice.Reported.Type == "invoice.paid"), await office.Database.Scalar<long>("select count(*) from billing_record"));
        }

        Assert.Empty(office.Stripe.Violations);
    }
}
