using System.Collections.Immutable;

namespace Backsoon.Billing;

/// <param name="TrialEnd">Null where nothing is charged for.</param>
/// <param name="Plan">Null without a subscription, and when the plan is not offered any more.</param>
/// <param name="PeriodEnd">Until when it is paid; then it goes on or, with <paramref name="EndsAtPeriodEnd"/>, ends.</param>
/// <param name="PausesAt">When the page pauses unless a payment comes.</param>
/// <param name="EndsAt">When the subscription ends for want of a payment.</param>
/// <param name="HasCustomer">Whether Stripe knows the business, so that there are invoices to look at.</param>
/// <param name="Doors">The only places that Stripe may lead a browser to, each with scheme and host.</param>
/// <param name="GoesAt">When everything is deleted unless a plan is chosen; null while there is a trial or a plan.</param>
[GenerateSerializer, Immutable, Alias("billing.view")]
public sealed record SubscriptionView(
    BillingStanding Standing, DateTimeOffset? TrialEnd, Plan? Plan, DateTimeOffset? PeriodEnd, bool EndsAtPeriodEnd, DateTimeOffset? PausesAt, DateTimeOffset? EndsAt, bool HasCustomer,
    ImmutableArray<Plan> Plans, ImmutableArray<string> Doors, DateTimeOffset? GoesAt = null)
{
    public static readonly SubscriptionView Unbilled = new(BillingStanding.Unbilled, null, null, null, false, null, null, false, [], []);

    public bool IsBilled => Standing != BillingStanding.Unbilled;

    /// <summary>Whether callers find the page paused for it.</summary>
    public bool IsPaused => Standing is BillingStanding.TrialOver or BillingStanding.Unpaid or BillingStanding.Ended;

    public bool MayChoose => Standing is BillingStanding.Trial or BillingStanding.TrialOver or BillingStanding.Ended;
}

public enum BillingStanding
{
    /// <summary>This installation charges nothing.</summary>
    Unbilled = 0,
    Trial = 1,
    /// <summary>Without a plan chosen.</summary>
    TrialOver = 2,
    Active = 3,
    /// <summary>A payment failed, and the page stays open for some days.</summary>
    PastDue = 4,
    /// <summary>Those days are over.</summary>
    Unpaid = 5,
    /// <summary>There was a subscription, and there is none any more.</summary>
    Ended = 6,
}

/// <param name="Price">Stripe's id of what is charged.</param>
/// <param name="Text">What it costs and holds, in the operator's words.</param>
[GenerateSerializer, Immutable, Alias("billing.plan")]
public sealed record Plan(string Name, string Price, string Text);

/// <summary>Where a browser is sent to.</summary>
[GenerateSerializer, Immutable, Alias("billing.door")]
public abstract record BillingDoor
{
    [GenerateSerializer, Immutable, Alias("billing.door.open")]
    public sealed record Open(Uri At) : BillingDoor;

    /// <summary>There is a subscription already.</summary>
    [GenerateSerializer, Immutable, Alias("billing.door.needless")]
    public sealed record Needless : BillingDoor;

    /// <summary>There is no such plan, no customer, or nothing to be paid for.</summary>
    [GenerateSerializer, Immutable, Alias("billing.door.none")]
    public sealed record None : BillingDoor;

    /// <summary>Stripe does not answer, or refuses.</summary>
    [GenerateSerializer, Immutable, Alias("billing.door.shut")]
    public sealed record Shut : BillingDoor;
}
