namespace Backsoon.Billing;

/// <summary>One subscription that is ended at Stripe now, tried until Stripe has answered. Nothing says whose it was.</summary>
/// <remarks>Key: <c>cancellation/{sha256 of the subscription's id}</c>.</remarks>
[Alias("billing.cancellation")]
public interface ICancellationGrain : IGrainWithStringKey
{
    /// <summary>Takes it over; it is tried at once, and this does not wait for it. Idempotent.</summary>
    [Alias("begin")]
    Task Begin(string subscription);

    /// <summary>Since when it is tried; null when it is done.</summary>
    [ReadOnly, Alias("look")]
    Task<DateTimeOffset?> Look();
}
