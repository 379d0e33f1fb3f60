using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>The calendar that one host keeps elsewhere: when they are busy there. What is busy about a time is never asked (R19).</summary>
/// <remarks>Key: <c>calendar/{tenant}/{host}</c>. Booking works without any.</remarks>
[Alias("booking.calendar")]
public interface ICalendarGrain : IGrainWithStringKey
{
    /// <summary>How many calendars may hide slots.</summary>
    public const int MostRead = 20;

    /// <summary>Never fails and answers soon: whoever asks holds a schedule up meanwhile. What cannot be learnt is not known, and never free.</summary>
    [AlwaysInterleave, Alias("busy")]
    Task<BusySnapshot> Busy(DateTimeOffset from, DateTimeOffset to);

    /// <summary>Whether what is written there now gets there, so that Google invites its guest.</summary>
    [AlwaysInterleave, Alias("invites")]
    Task<bool> Invites();

    [Alias("look")]
    Task<CalendarView> Look();

    /// <summary>Where the host is asked for consent; null when this installation has no access to Google. Changes nothing.</summary>
    /// <param name="sessionKey">The session that may finish it, and no other.</param>
    [ReadOnly, Alias("consent")]
    Task<Uri?> Consent(string sessionKey);

    /// <summary>Connects with what came back from there.</summary>
    [Alias("connect")]
    Task<ConnectOutcome> Connect(string sessionKey, string state, string code);

    /// <summary>The calendars there are to choose from, asked for now; null when they cannot be asked for.</summary>
    [Alias("calendars")]
    Task<ImmutableArray<CalendarChoice>?> Calendars();

    /// <summary>False when there is no connection, or nothing can be written to the one that is to be written to.</summary>
    /// <param name="reads">Those whose busy times hide slots.</param>
    [Alias("choose")]
    Task<bool> Choose(ImmutableArray<string> reads, string writes);

    /// <summary>Deletes what gives access and has it revoked (R23). Idempotent.</summary>
    [Alias("disconnect")]
    Task<CalendarView> Disconnect();

    /// <summary>Has what was given up tried once more.</summary>
    [Alias("write-again")]
    Task WriteAgain();

    /// <summary>The same as <see cref="Disconnect"/>, and nothing is left to look at (R43).</summary>
    [Alias("erase")]
    Task Erase();

    /// <summary>Writes what is due in <c>calendar_write</c>, for some seconds at most.</summary>
    [AlwaysInterleave, Alias("deliver")]
    Task Deliver();

    /// <summary>Takes note of what stands in the way; null once nothing does any more.</summary>
    [OneWay, Alias("note")]
    Task Note(CalendarTrouble? trouble);
}

/// <param name="IsConnected">Without a calendar everything is free, and nothing else here counts.</param>
/// <param name="IsKnown">False when one of the calendars did not tell: then nothing between is offered.</param>
/// <param name="AsOf">When the calendars said so; null when they never did.</param>
/// <param name="Busy">In order of their start; they may overlap and reach beyond what was asked for.</param>
[GenerateSerializer, Immutable, Alias("booking.busy-snapshot")]
public sealed record BusySnapshot(bool IsConnected, bool IsKnown, DateTimeOffset? AsOf, ImmutableArray<BusyPeriod> Busy)
{
    public static readonly BusySnapshot None = new(IsConnected: false, IsKnown: true, AsOf: null, Busy: []);
    public static readonly BusySnapshot Unknown = new(IsConnected: true, IsKnown: false, AsOf: null, Busy: []);
}

/// <param name="End">Exclusive.</param>
[GenerateSerializer, Immutable, Alias("booking.busy-period")]
public readonly record struct BusyPeriod(DateTimeOffset Start, DateTimeOffset End);
