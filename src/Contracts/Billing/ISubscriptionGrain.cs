namespace Backsoon.Billing;

/// <summary>What one business pays for: its trial, its subscription, and what follows when neither is there.</summary>
/// <remarks>Key: <c>subscription/{tenant}</c>. Where nothing is charged for, there is none.</remarks>
[Alias("billing.subscription")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>Has the trial begin. Idempotent.</summary>
    [Alias("begin")]
    Task Begin();

    /// <summary>As of what was kept last; never waits for a change under way, nor for Stripe.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<SubscriptionView> Look();

    /// <summary>What was paid, newest first, some at a time.</summary>
    [AlwaysInterleave, Alias("payments")]
    Task<PaymentPage> Payments(PaymentCursor? before);

    /// <summary>Where the card for a plan is typed. Asked again soon it is the same place.</summary>
    [Alias("choose")]
    Task<BillingDoor> Choose(string plan);

    /// <summary>Where the card is changed and invoices are.</summary>
    [Alias("portal")]
    Task<BillingDoor> Portal();

    /// <summary>Asks Stripe how things stand. False when it does not answer.</summary>
    [Alias("refresh")]
    Task<bool> Refresh();

    /// <summary>Ends it when what is paid for, or the trial, is over. Idempotent.</summary>
    /// <returns>When that is; null when it is at once.</returns>
    [Alias("cancel-at-period-end")]
    Task<DateTimeOffset?> CancelAtPeriodEnd();

    /// <summary>Takes that back, while it has not come to be. Idempotent.</summary>
    [Alias("keep-on")]
    Task KeepOn();

    /// <summary>Ends it now, because the business is deleted: nothing is left here, and Stripe is told until it has answered. Idempotent.</summary>
    [Alias("end")]
    Task End();

    /// <summary>Does what follows from how things stand, which may be that nothing is charged for any more. Idempotent.</summary>
    [Alias("settle")]
    Task Settle();

    /// <summary>Takes note of what Stripe reports. False when it has to be told again later.</summary>
    [Alias("heed")]
    Task<bool> Heed(BillingEvent reported);
}
