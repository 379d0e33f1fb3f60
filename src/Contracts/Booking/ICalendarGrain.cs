using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>The calendar that one host keeps elsewhere: when they are busy there. What is busy about a time is never asked (R19).</summary>
/// <remarks>Key: <c>calendar/{tenant}/{host}</c>. Booking works without any.</remarks>
[Alias("booking.calendar")]
public interface ICalendarGrain : IGrainWithStringKey
{
    /// <summary>Never fails and answers soon: whoever asks holds a schedule up meanwhile. What cannot be learnt is not known, and never free.</summary>
    [AlwaysInterleave, Alias("busy")]
    Task<BusySnapshot> Busy(DateTimeOffset from, DateTimeOffset to);
}

/// <param name="IsConnected">Without a calendar everything is free, and nothing else here counts.</param>
/// <param name="IsKnown">False when one of the calendars did not tell: then nothing between is offered.</param>
/// <param name="AsOf">When the calendars said so; null when they never did.</param>
/// <param name="Busy">In order of their start; they may overlap and reach beyond what was asked for.</param>
[GenerateSerializer, Immutable, Alias("booking.busy-snapshot")]
public sealed record BusySnapshot(bool IsConnected, bool IsKnown, DateTimeOffset? AsOf, ImmutableArray<BusyPeriod> Busy)
{
    public static readonly BusySnapshot None = new(IsConnected: false, IsKnown: true, AsOf: null, Busy: []);
}

/// <param name="End">Exclusive.</param>
[GenerateSerializer, Immutable, Alias("booking.busy-period")]
public readonly record struct BusyPeriod(DateTimeOffset Start, DateTimeOffset End);
