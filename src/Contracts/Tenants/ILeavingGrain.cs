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

    /// <summary>Forgets everything; the tenant is being erased.</summary>
    [Alias("forget")]
    Task Forget();
}

/// <param name="ClosesAt">From when on callers find the page closed.</param>
/// <param name="SlugUntil">Until when nobody else gets the name.</param>
/// <param name="GoesAt">When everything is deleted.</param>
[GenerateSerializer, Immutable, Alias("tenants.leaving-view")]
public sealed record LeavingView(DateTimeOffset ClosesAt, DateTimeOffset SlugUntil, DateTimeOffset GoesAt, bool HasClosed, bool HasSlug);

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
}
