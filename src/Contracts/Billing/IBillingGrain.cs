namespace Backsoon.Billing;

/// <summary>What Stripe reports: kept once per event, by ids only, then worked off, in whatever order and however often it comes. Also has the trial of each business begin.</summary>
/// <remarks>Key: <c>billing/stripe</c>.</remarks>
[Alias("billing.billing")]
public interface IBillingGrain : IGrainWithStringKey
{
    public const string Key = "billing/stripe";

    /// <summary>Registers the reminder that works off what was left behind, and opens what was paused where nothing is charged for any more; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Once this answers the event is durable. One that is known already is not kept again.</summary>
    [AlwaysInterleave, Alias("keep")]
    Task Keep(BillingEvent reported);
}

/// <summary>An event of Stripe's, without anything that it says: what it is about is asked for when it is worked off (R5).</summary>
/// <param name="Id">Stripe's own id of the event.</param>
/// <param name="Subject">The id of what it is about.</param>
[GenerateSerializer, Immutable, Alias("billing.event")]
public sealed record BillingEvent(string Id, string Type, string Subject, string? Customer, string? Subscription);
