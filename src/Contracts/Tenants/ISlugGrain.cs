namespace Backsoon.Tenants;

/// <summary>One name under the domain, and who has it: at most one tenant, whoever else asks at the same instant.</summary>
/// <remarks>Key: <c>slug/{slug}</c>. A reservation lasts 30 minutes and becomes permanent with the first sign-in; expiry is decided by comparing instants.</remarks>
[Alias("tenants.slug")]
public interface ISlugGrain : IGrainWithStringKey
{
    /// <summary>True when the slug is now held for this tenant, also when it was already.</summary>
    [Alias("reserve")]
    Task<bool> Reserve(TenantId tenant);

    /// <summary>The same for a sign-up: the browser that reserved it may have it for another tenant, as after a mistyped address, until one of them signs in.</summary>
    /// <param name="browserKey">Hash of the browser's cookie.</param>
    [Alias("reserve-from")]
    Task<bool> ReserveFrom(TenantId tenant, string browserKey);

    /// <summary>Makes the reservation permanent. False when somebody else has the slug by now.</summary>
    [Alias("confirm")]
    Task<bool> Confirm(TenantId tenant);

    /// <summary>The tenant whose page this is; null when there is none or it is only reserved.</summary>
    [ReadOnly, Alias("resolve")]
    Task<TenantId?> Resolve();

    [ReadOnly, Alias("is-free")]
    Task<bool> IsFree();

    /// <summary>Whether this browser could reserve it.</summary>
    [ReadOnly, Alias("is-free-from")]
    Task<bool> IsFreeFrom(string browserKey);

    /// <summary>Gives the slug up, if this tenant has it.</summary>
    /// <param name="heldUntil">Until when nobody gets it; null for as long as the policy says.</param>
    [Alias("release")]
    Task Release(TenantId tenant, DateTimeOffset? heldUntil = null);
}
