using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Billing;

/// <summary>Whether this installation charges for anything, and what it says to Stripe about one business.</summary>
public sealed class BillingDesk(Stripe? stripe, IGrainFactory grains, ILogger<BillingDesk> log)
{
    // Stripe keeps a checkout open for a day; pressed again within half of that it is the same one.
    private const int SameCheckout = 43_200;
    private const int SamePortal = 60;

    /// <summary>Null when it charges nothing.</summary>
    public Stripe? Stripe => stripe;

    public async Task<BillingDoor> Checkout(TenantId tenant, SubscriptionFacts facts, Plan plan, int turn, DateTimeOffset now)
    {
        var left = (int)Math.Ceiling((facts.TrialEnd - now).TotalDays);
        return Door(await stripe!.CreateCheckout(tenant, facts.Customer!, plan, left > 0 ? left : null, $"{tenant}/{turn}/{now.ToUnixTimeSeconds() / SameCheckout}"), "a checkout");
    }

    public async Task<BillingDoor> Portal(TenantId tenant, string customer, DateTimeOffset now) =>
        Door(await stripe!.CreatePortal(customer, $"{tenant}/{now.ToUnixTimeSeconds() / SamePortal}"), "its portal");

    /// <summary>True when Stripe has answered, whatever it said.</summary>
    public async Task<bool> Tell(BillingWish wish, string subscription, TenantId tenant, int turn)
    {
        var answer = wish == BillingWish.EndNow
            ? await stripe!.EndNow(subscription)
            : (await stripe!.EndAtPeriodEnd(subscription, wish == BillingWish.EndAtPeriodEnd, $"{tenant}/{turn}")).To(_ => true);
        if (answer is StripeAnswer<bool>.Refused refused)
            log.LogError("Stripe was asked for {Wish} of subscription {Subscription} and refused: {Reason}", wish, subscription, refused.Detail);
        return answer is not StripeAnswer<bool>.Later;
    }

    /// <summary>All subscriptions of a customer; what two tabs have paid twice is ended but for the first. Null when Stripe does not say.</summary>
    public async Task<IReadOnlyList<StripeSubscription>?> AllOf(string customer)
    {
        if (await stripe!.Subscriptions(customer) is not StripeAnswer<IReadOnlyList<StripeSubscription>>.Given { Value: var all })
            return null;

        foreach (var extra in SubscriptionFacts.Living(all).Skip(1))
        {
            log.LogWarning("Subscription {Subscription} is the second one of its customer, and is ended: give back at Stripe what was paid for it", extra.Id);
            await grains.Cancellation(extra.Id).Begin(extra.Id);
        }

        return all;
    }

    private BillingDoor Door(StripeAnswer<Uri> answer, string what)
    {
        if (answer is StripeAnswer<Uri>.Given { Value: var at })
            return new BillingDoor.Open(at);
        log.LogError("Stripe was asked for {What} and gave none: {Answer}", what, answer);
        return new BillingDoor.Shut();
    }
}
