using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>How quickly requests of one business are taken and done, and when they come. Counts and times only: nothing of a caller (R9), and no tests.</summary>
/// <remarks>Key: <c>numbers/{tenant}</c>. Reckoned from the ledger, then kept in memory for some minutes.</remarks>
[Alias("dispatch.numbers")]
public interface INumbersGrain : IGrainWithStringKey
{
    /// <summary>The newest so many requests are looked at, whatever came in the range: so it costs at most so much.</summary>
    public const int Most = 50_000;

    /// <summary>For requests of the last days of the calendar there, today included.</summary>
    /// <param name="days">30, 90 or 365.</param>
    [Alias("read")]
    Task<NumbersView> Read(int days);
}

/// <param name="From">The first day that is looked at.</param>
/// <param name="Requests">How many came.</param>
/// <param name="IsCut">There were more than <see cref="INumbersGrain.Most"/>; these are the newest.</param>
/// <param name="Days">Every day of the range, in order.</param>
/// <param name="Hours">168 counts: Monday's 24 hours first.</param>
[GenerateSerializer, Immutable, Alias("dispatch.numbers-view")]
public sealed record NumbersView(
    DateOnly From, DateOnly To, string ZoneId, int Requests, bool IsCut, Spread Accepted, Spread Done, ImmutableArray<VendorNumbers> Vendors, ImmutableArray<CategoryNumbers> Categories, ImmutableArray<int> Days, ImmutableArray<int> Hours);

/// <summary>A middle and a nearly worst.</summary>
/// <param name="Count">Of how many.</param>
/// <param name="Median">Half took no longer.</param>
/// <param name="Most">Nine of ten took no longer.</param>
[GenerateSerializer, Immutable, Alias("dispatch.spread")]
public sealed record Spread(int Count, TimeSpan Median, TimeSpan Most)
{
    /// <summary>Of fewer nothing is said: the next one could turn it round.</summary>
    public const int Enough = 5;

    public bool IsEnough => Count >= Enough;
}

/// <param name="Asked">How many requests they were asked about.</param>
/// <param name="Silent">How many of those they let pass without a word.</param>
/// <param name="ToAccept">From being asked to their yes.</param>
/// <param name="ToDone">From their yes to done.</param>
[GenerateSerializer, Immutable, Alias("dispatch.vendor-numbers")]
public sealed record VendorNumbers(Guid Vendor, string Name, int Asked, int Accepted, int Declined, int Silent, Spread ToAccept, Spread ToDone);

/// <param name="ToAccept">From the request to the first yes.</param>
/// <param name="ToDone">From the request to done.</param>
[GenerateSerializer, Immutable, Alias("dispatch.category-numbers")]
public sealed record CategoryNumbers(Guid Category, string Name, int Requests, Spread ToAccept, Spread ToDone);
