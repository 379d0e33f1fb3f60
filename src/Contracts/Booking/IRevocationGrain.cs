namespace Backsoon.Booking;

/// <summary>One right of access that is given back, tried until it is or a week is over. Nothing says whose it was.</summary>
/// <remarks>Key: <c>revocation/{id}</c>.</remarks>
[Alias("booking.revocation")]
public interface IRevocationGrain : IGrainWithStringKey
{
    /// <summary>Takes it over and tries at once. Idempotent.</summary>
    /// <param name="wrapped">What gives access, wrapped by the root key with this grain's key.</param>
    /// <returns>Null when it is done; else until when it is tried.</returns>
    [Alias("begin")]
    Task<DateTimeOffset?> Begin(byte[] wrapped);

    /// <summary>Null when it is done, or was given up.</summary>
    [Alias("look")]
    Task<DateTimeOffset?> Look();

    /// <summary>Forgets it: access was given anew, and revoking would take that, too.</summary>
    [Alias("forget")]
    Task Forget();
}
