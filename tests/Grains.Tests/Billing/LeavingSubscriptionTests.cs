using System.Security.Cryptography;
using System.Text;
using Backsoon.Tenants;

namespace Backsoon.Billing;

[Collection(Backend.Name)]
public sealed class LeavingSubscriptionTests(Backend backend)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Fact]
    public async Task A_trial_that_is_cancelled_lasts_to_its_end_and_nobody_is_reminded_of_it()
    {
        await using var office = await BillingOffice.Open(backend);
        var end = (await office.Look()).TrialEnd;
        Assert.Equal(end, await office.Subscription.CancelAtPeriodEnd());
        Assert.Equal(end, await office.Subscription.CancelAtPeriodEnd());
        await office.Live(days: 5);
        Assert.True((await office.Look()).EndsAtPeriodEnd);
        await office.Live(days: 15);
        Assert.Empty(office.Subjects);
        Assert.Null(await office.Subscription.CancelAtPeriodEnd());
    }

    [Fact]
    public async Task What_is_paid_for_lasts_and_whoever_stays_goes_on_paying()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        await office.Subscribe();
        var end = (await office.Look()).PeriodEnd;
        Assert.NotNull(end);

        Assert.Equal(end, await office.Subscription.CancelAtPeriodEnd());
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.True((bool)office.Books.Subscriptions[0]["cancel_at_period_end"]!);
        await office.Subscription.KeepOn();
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.False((bool)office.Books.Subscriptions[0]["cancel_at_period_end"]!);
        // Each change of mind is another call, not the answer of the first one once more.
        await office.Subscription.CancelAtPeriodEnd();
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.True((bool)office.Books.Subscriptions[0]["cancel_at_period_end"]!);
        Assert.True((await office.Look()).EndsAtPeriodEnd);
        Assert.Empty(office.Stripe.Violations);
    }

    [Fact]
    public async Task Stripe_is_told_that_it_ends_as_soon_as_it_listens()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Subscribe();
        office.Stripe.IsAway = true;
        Assert.NotNull(await office.Subscription.CancelAtPeriodEnd());
        await office.Pass(TimeSpan.FromMinutes(10));
        Assert.False((bool)office.Books.Subscriptions[0]["cancel_at_period_end"]!);
        await office.Restart();
        office.Stripe.IsAway = false;
        await office.Pass(TimeSpan.FromMinutes(2));
        Assert.True((bool)office.Books.Subscriptions[0]["cancel_at_period_end"]!);
    }

    [Fact]
    public async Task What_is_not_paid_for_ends_at_once()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Live(days: 20);
        office.Books.Fail(await office.Subscribe());
        await office.Deliver(office.Books.Notices);
        await office.Live(days: 15);
        Assert.Null(await office.Subscription.CancelAtPeriodEnd());
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("canceled", (string?)office.Books.Subscriptions[0]["status"]);
    }

    [Fact, Promise("W21", "R34")]
    public async Task A_deleted_business_is_not_charged_however_long_stripe_does_not_answer()
    {
        await using var office = await BillingOffice.Open(backend);
        var id = await office.Subscribe();
        var customer = (string)office.Books.Customers[0]["id"]!;
        office.Stripe.IsAway = true;
        await office.Subscription.End();
        await office.Subscription.End();
        await office.Scope.Tenant().Erase();
        await office.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(await Dump.Find(office.Database, [office.Tenant.Value, customer, office.Owner.Value]));
        Assert.NotNull(await Cancellation(office, id).Look());

        await office.Live(days: 8);
        Assert.Equal("trialing", (string?)office.Books.Subscriptions[0]["status"]);
        await office.Restart();
        office.Stripe.IsAway = false;
        await office.Live(days: 1);
        Assert.Equal("canceled", (string?)office.Books.Subscriptions[0]["status"]);
        Assert.Null(await Cancellation(office, id).Look());
        Assert.Empty(await Dump.Find(office.Database, [id]));
    }

    [Fact, Promise("W21")]
    public async Task Whoever_pays_after_the_business_is_deleted_is_not_charged()
    {
        await using var office = await BillingOffice.Open(backend);
        var door = Assert.IsType<BillingDoor.Open>(await office.Subscription.Choose("price_solo"));
        await office.Subscription.End();
        await office.Scope.Tenant().Erase();
        await office.Pass(s_day);
        office.Books.Pay(door.At.Segments[^1]);
        await office.Deliver(office.Books.Notices);

        Assert.Equal("canceled", (string?)office.Books.Subscriptions[0]["status"]);
        Assert.Empty(await Dump.Find(office.Database, [office.Tenant.Value, (string)office.Books.Customers[0]["id"]!]));
    }

    [Fact]
    public async Task What_another_installation_agreed_on_is_left_alone()
    {
        await using var office = await BillingOffice.Open(backend);
        await office.Subscribe();
        office.Books.Change((string)office.Books.Subscriptions[0]["id"]!, "customer.subscription.updated", one =>
        {
            one["customer"] = "cus_of_another";
            one["metadata"]!["site"] = "other.example";
            one["metadata"]!["account"] = "tenant_unknown";
        });
        await office.Deliver(office.Books.Notices);
        Assert.Equal("trialing", (string?)office.Books.Subscriptions[0]["status"]);
    }

    private static ICancellationGrain Cancellation(BillingOffice office, string subscription) =>
        office.Grains.GetGrain<ICancellationGrain>($"cancellation/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subscription)))}");
}
