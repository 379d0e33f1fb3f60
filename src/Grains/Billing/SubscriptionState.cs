using Backsoon.Promises;

namespace Backsoon.Billing;

[GenerateSerializer, Alias("billing.subscription.state")]
public sealed class SubscriptionState
{
    private const int MostRemembered = 16;

    [Id(0)]
    public SubscriptionFacts? Facts { get; set; }

    /// <summary>What was done of what is to be done, so that it is done once.</summary>
    [Id(1)]
    public List<Milestone> Done { get; set; } = [];

    /// <summary>Mails still to be posted.</summary>
    [Id(2)]
    public List<BillingLetter> Letters { get; set; } = [];

    /// <summary>What Stripe is still to be told.</summary>
    [Id(3)]
    public BillingWish? Wish { get; set; }

    /// <summary>Rises with each change of mind: what is asked of Stripe then is another thing, though its words be the same.</summary>
    [Id(4)]
    public int Turn { get; set; }

    /// <summary>How things stand from now on.</summary>
    public void Turns(SubscriptionFacts facts, BillingWish? wish, DateTimeOffset now)
    {
        var before = Facts!;
        if (wish is not null || facts.Subscription != before.Subscription || facts.IsLive != before.IsLive || facts.Customer != before.Customer)
            Turn++;
        Wish = facts.IsLive ? wish ?? Wish : null;
        if (before.IsPausedAt(now) && facts is { Status: SubscriptionStatus.Active, IsLeaving: false })
            Letters.Add(new(Guid.CreateVersion7(now), BillingStep.Reopened, facts));
        // Whoever pays again, or says that they leave, has other dates.
        Facts = facts.IsLive || facts.IsLeaving ? facts with { GoesAt = null } : facts;
    }

    /// <summary>Notes when everything goes, or that it does not; null where nothing is charged for. False when that is known.</summary>
    public bool Lapse(DateTimeOffset now, TimeSpan? kept)
    {
        var before = Facts!;
        if (kept is not null)
            Announce(now);
        Facts = kept is { } period ? Facts!.Lapsing(now, period) : before with { GoesAt = null };
        return Facts != before;
    }

    // Whom nobody reminded in time, because nothing ran, has more of it: no trial ends unannounced.
    private void Announce(DateTimeOffset now)
    {
        var reminders = Facts!.Milestones().Where(milestone => milestone.Step == BillingStep.Trial).ToArray();
        if (reminders.Length > 0 && reminders[0].At <= now && Facts.TrialEnd - now < Policy.TrialNotice && !Done.Exists(done => done.Step == BillingStep.Trial))
            Facts = Facts with { TrialEnd = now + 2 * Policy.TrialNotice };
    }

    /// <summary>Takes over what has come due; of several together only the last is said. False when nothing has.</summary>
    public bool TakeDue(DateTimeOffset now)
    {
        Announce(now);
        var due = Facts!.Milestones().Where(milestone => milestone.At <= now && !Done.Contains(milestone)).ToArray();
        if (due is not [.., var last])
            return false;

        Done = [.. Done.Concat(due).TakeLast(MostRemembered)];
        if (last.Step == BillingStep.Cut)
            (Wish, Turn) = (BillingWish.EndNow, Turn + 1);
        else
            Letters.Add(new(Guid.CreateVersion7(now), last.Step, Facts));
        return true;
    }
}

/// <param name="Facts">As they were when it came to be said.</param>
public sealed record BillingLetter(Guid Id, BillingStep Step, SubscriptionFacts Facts);

/// <summary>Numbers are on disk.</summary>
public enum BillingWish
{
    EndAtPeriodEnd = 1,
    GoOn = 2,
    EndNow = 3,
}
