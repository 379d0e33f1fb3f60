using Backsoon.Promises;

namespace Backsoon.Billing;

/// <summary>What is known of what a business pays for, and all that follows from it with time. Of Stripe's there are two ids and what was derived from its answers (R5).</summary>
/// <param name="Customer">Stripe's id.</param>
/// <param name="Subscription">Stripe's id.</param>
/// <param name="BehindSince">Since when a payment is missing.</param>
/// <param name="IsLeaving">The owner has cancelled: nothing is asked of them any more.</param>
/// <param name="GoesAt">When everything is deleted, since neither trial nor plan is left; as it was mailed.</param>
public sealed record SubscriptionFacts(
    DateTimeOffset TrialEnd, string? Customer = null, string? Subscription = null, SubscriptionStatus Status = SubscriptionStatus.None, string? Price = null, DateTimeOffset? PeriodEnd = null, bool EndsAtPeriodEnd = false,
    DateTimeOffset? BehindSince = null, DateTimeOffset? EndedAt = null, bool IsLeaving = false, DateTimeOffset? GoesAt = null)
{
    /// <summary>How long the page stays open after a payment failed. Stripe tries the card again meanwhile.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(14);

    /// <summary>How long it is paused then, before the subscription ends.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromDays(30);

    /// <summary>A trial that could not begin when the business was founded, because nothing was charged for then, begins when it can.</summary>
    public static SubscriptionFacts First(DateTimeOffset founded, TimeSpan trial, DateTimeOffset now) => new((now - founded < TimeSpan.FromDays(1) ? founded : now) + trial);

    public bool IsLive => Status is SubscriptionStatus.Active or SubscriptionStatus.Behind or SubscriptionStatus.Halted;

    // Who ended it before the trial was over has the rest of the trial.
    private bool IsTrying => Status == SubscriptionStatus.None || Status == SubscriptionStatus.Ended && EndedAt < TrialEnd;

    /// <summary>When the page pauses unless a payment comes; null when none is missing.</summary>
    public DateTimeOffset? PausesAt => Status switch
    {
        SubscriptionStatus.Behind => BehindSince + Grace,
        SubscriptionStatus.Halted => BehindSince,
        _ => null,
    };

    /// <summary>When the subscription ends unless a payment comes.</summary>
    public DateTimeOffset? CutAt => PausesAt + Pause;

    public BillingStanding At(DateTimeOffset now) => Status switch
    {
        SubscriptionStatus.Active => BillingStanding.Active,
        SubscriptionStatus.Behind or SubscriptionStatus.Halted => now < PausesAt ? BillingStanding.PastDue : BillingStanding.Unpaid,
        _ => now < TrialEnd ? BillingStanding.Trial : IsTrying ? BillingStanding.TrialOver : BillingStanding.Ended,
    };

    public bool IsPausedAt(DateTimeOffset now) => At(now) is BillingStanding.TrialOver or BillingStanding.Unpaid or BillingStanding.Ended;

    /// <summary>Neither trial nor plan is left, and the owner has not said that they leave: it goes as if they had.</summary>
    public bool HasLapsedAt(DateTimeOffset now) => !IsLeaving && At(now) is (BillingStanding.TrialOver or BillingStanding.Ended);

    /// <summary>The same with the day on which everything goes: counted from when it was first seen that nothing is left, because only then are they told.</summary>
    public SubscriptionFacts Lapsing(DateTimeOffset now, TimeSpan kept) => this with { GoesAt = HasLapsedAt(now) ? GoesAt ?? now + kept : null };

    /// <summary>Until when what is paid for, or the trial, lasts; null when it is over.</summary>
    public DateTimeOffset? LastsUntil(DateTimeOffset now)
    {
        var end = At(now) switch
        {
            BillingStanding.Active or BillingStanding.PastDue => PeriodEnd,
            BillingStanding.Trial => TrialEnd,
            _ => null,
        };
        return end > now ? end : null;
    }

    /// <summary>What is to be done or said, and when, as things stand: in order of time.</summary>
    public IEnumerable<Milestone> Milestones() => (IsTrying, Status) switch
    {
        (true, _) => IsLeaving ? [] : Policy.TrialReminderDays.Select(days => new Milestone(TrialEnd - TimeSpan.FromDays(days), BillingStep.Trial)).OrderBy(milestone => milestone.At),
        (_, SubscriptionStatus.Behind) => [new(BehindSince!.Value, BillingStep.PaymentFailed), new(PausesAt!.Value, BillingStep.Unpaid), new(CutAt!.Value, BillingStep.Cut)],
        (_, SubscriptionStatus.Halted) => [new(PausesAt!.Value, BillingStep.Unpaid), new(CutAt!.Value, BillingStep.Cut)],
        (_, SubscriptionStatus.Ended) => IsLeaving ? [] : [new(EndedAt!.Value, BillingStep.Ended)],
        _ => [],
    };

    /// <summary>When something is to be done next, if nothing happens meanwhile.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset now) => Milestones().Select(milestone => (DateTimeOffset?)milestone.At).Where(at => at > now).Min();

    /// <summary>What the owner's page shows.</summary>
    public SubscriptionView View(StripeSettings settings, DateTimeOffset now) => new(
        At(now), TrialEnd, IsLive ? settings.Plan(Price) : null, IsLive ? PeriodEnd : null, EndsAtPeriodEnd || IsLeaving, PausesAt, CutAt, Customer is not null, settings.Plans, settings.Doors,
        HasLapsedAt(now) ? GoesAt : null);

    /// <summary>The same after Stripe has deleted the customer, and all that was agreed on with it.</summary>
    public SubscriptionFacts WithoutCustomer(DateTimeOffset now) => With([], now) with { Customer = null, Status = IsLive ? SubscriptionStatus.Ended : Status, EndedAt = IsLive ? now : EndedAt };

    /// <summary>The same after Stripe's word on all subscriptions of the customer: whichever came before, the same word makes the same of it.</summary>
    public SubscriptionFacts With(IReadOnlyList<StripeSubscription> all, DateTimeOffset now)
    {
        if (Chosen(all) is not { } one)
            return this with { Subscription = null, Status = SubscriptionStatus.None, Price = null, PeriodEnd = null, EndsAtPeriodEnd = false, BehindSince = null, EndedAt = null };

        var status = StatusOf(one);
        var isBehind = status is SubscriptionStatus.Behind or SubscriptionStatus.Halted;
        return this with
        {
            Subscription = one.Id,
            Status = status,
            Price = one.Price,
            PeriodEnd = one.PeriodEnd,
            EndsAtPeriodEnd = one.CancelAtPeriodEnd || one.CancelAt is not null,
            BehindSince = isBehind ? (one.Id == Subscription ? BehindSince : null) ?? now : null,
            EndedAt = status == SubscriptionStatus.Ended ? StripeSubscription.At(one.EndedAt) ?? (one.Id == Subscription ? EndedAt : null) ?? now : null,
        };
    }

    /// <summary>The oldest that lives, else the last that ended.</summary>
    public static StripeSubscription? Chosen(IReadOnlyList<StripeSubscription> all) =>
        Living(all).FirstOrDefault() ?? all.Where(one => StatusOf(one) == SubscriptionStatus.Ended).OrderBy(one => one.EndedAt ?? one.Created).ThenBy(one => one.Id, StringComparer.Ordinal).LastOrDefault();

    /// <summary>Two tabs may have paid twice: all but the first are too many.</summary>
    public static IEnumerable<StripeSubscription> Living(IReadOnlyList<StripeSubscription> all) =>
        all.Where(one => StatusOf(one) is SubscriptionStatus.Active or SubscriptionStatus.Behind or SubscriptionStatus.Halted).OrderBy(one => one.Created).ThenBy(one => one.Id, StringComparer.Ordinal);

    private static SubscriptionStatus StatusOf(StripeSubscription one) => one.Status switch
    {
        "past_due" or "unpaid" => SubscriptionStatus.Behind,
        "paused" => SubscriptionStatus.Halted,
        "canceled" => SubscriptionStatus.Ended,
        // The first payment has not been made, and so nothing has begun.
        "incomplete" or "incomplete_expired" => SubscriptionStatus.None,
        // "trialing" and "active"; a word that is not known yet is no reason to close anybody's page.
        _ => SubscriptionStatus.Active,
    };
}

/// <summary>Numbers are on disk.</summary>
public enum SubscriptionStatus
{
    None = 0,
    Active = 1,
    /// <summary>A payment failed.</summary>
    Behind = 2,
    /// <summary>Stripe has paused it: there is nothing to be charged with.</summary>
    Halted = 3,
    Ended = 4,
}

/// <summary>Numbers are on disk.</summary>
public enum BillingStep
{
    /// <summary>Some days before it ends, and when it does.</summary>
    Trial = 1,
    PaymentFailed = 2,
    Unpaid = 3,
    /// <summary>The subscription is ended at Stripe; the mail about it follows when it is.</summary>
    Cut = 4,
    Ended = 5,
    Reopened = 6,
}

public sealed record Milestone(DateTimeOffset At, BillingStep Step);
