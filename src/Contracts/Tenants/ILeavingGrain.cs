namespace Backsoon.Tenants;

/// <summary>A business that leaves, for as long as it may come back: when its page closes, when its name is free, when its data goes.</summary>
/// <remarks>Key: <c>leaving/{tenant}</c>.</remarks>
[Alias("tenants.leaving")]
public interface ILeavingGrain : IGrainWithStringKey
{
    /// <summary>Null for a business that stays.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<LeavingView?> Look();

    /// <summary>What leaving now would mean.</summary>
    [ReadOnly, Alias("foresee")]
    Task<LeavingView> Foresee();

    /// <summary>Closes the page, at once or when what is paid for is over. Idempotent. Null when the tenant is gone.</summary>
    [Alias("cancel")]
    Task<LeavingView?> Cancel();

    /// <summary>Opens the page again with everything that was there.</summary>
    /// <param name="slug">The name to have, where the old one was given up.</param>
    [Alias("come-back")]
    Task<ComeBackOutcome> ComeBack(Slug? slug);

    /// <summary>Asks whether the business has a trial or a plan: one that has neither goes as if it had cancelled, until it has. Idempotent.</summary>
    [Alias("heed")]
    Task Heed();

    /// <summary>Forgets everything; the tenant is being erased.</summary>
    [Alias("forget")]
    Task Forget();
}

/// <param name="ClosesAt">From when on callers find the page closed.</param>
/// <param name="SlugUntil">Until when nobody else gets the name.</param>
/// <param name="GoesAt">When everything is deleted.</param>
/// <param name="HasLapsed">It did not leave, but its trial or plan is over: its page is paused, and a plan brings everything back.</param>
[GenerateSerializer, Immutable, Alias("tenants.leaving-view")]
public sealed record LeavingView(DateTimeOffset ClosesAt, DateTimeOffset SlugUntil, DateTimeOffset GoesAt, bool HasClosed, bool HasSlug, bool HasLapsed = false);

[Alias("tenants.come-back-outcome")]
public enum ComeBackOutcome
{
    Back,
    /// <summary>The name was given up: choose one.</summary>
    NeedsSlug,
    SlugTaken,
    /// <summary>Everything is being deleted, which has to be undone first.</summary>
    Deleting,
    Gone,
    /// <summary>Neither trial nor plan is left: choosing a plan is the way back.</summary>
    NeedsPlan,
}
