using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>A time that can be booked.</summary>
/// <param name="End">Exclusive; buffers are not part of it.</param>
/// <param name="Seats">How many are left; 1 where one guest comes at a time.</param>
[GenerateSerializer, Immutable, Alias("booking.slot")]
public sealed record Slot(Guid Host, DateTimeOffset Start, DateTimeOffset End, int Seats);

/// <param name="IsCalendarKnown">False when a connected calendar did not tell; then there is no slot.</param>
/// <param name="CalendarAsOf">When the connected calendar was last read; null without one.</param>
[GenerateSerializer, Immutable, Alias("booking.slot-list")]
public sealed record SlotList(ImmutableArray<Slot> Slots, bool IsCalendarKnown, DateTimeOffset? CalendarAsOf)
{
    public static readonly SlotList Empty = new([], true, null);

    /// <summary>More are asked for in pieces.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(45);
}

/// <summary>Why a time is not offered: the first that applies.</summary>
[Alias("booking.slot-reason")]
public enum SlotReason
{
    /// <summary>It is offered.</summary>
    Free = 0,
    /// <summary>Booking, the service or the host is switched off, or the host does not do it.</summary>
    Inactive = 1,
    TooSoon = 2,
    TooFar = 3,
    /// <summary>The business is away.</summary>
    Away = 4,
    /// <summary>A holiday of the business.</summary>
    Holiday = 5,
    /// <summary>A day of the host's that is not as their week says.</summary>
    Override = 6,
    OutsideHours = 7,
    /// <summary>Inside the hours, but no start.</summary>
    NotOnStep = 8,
    /// <summary>The owner keeps it free.</summary>
    Blocked = 9,
    /// <summary>All its seats are.</summary>
    SeatsFull = 10,
    /// <summary>An appointment is then.</summary>
    Taken = 11,
    /// <summary>Too close to an appointment: what one of the two keeps free before or after itself.</summary>
    Buffer = 12,
    /// <summary>Somebody is filling in the form for it.</summary>
    Held = 13,
    DailyCap = 14,
    /// <summary>The calendar the host keeps elsewhere is busy.</summary>
    CalendarBusy = 15,
    /// <summary>That calendar does not tell.</summary>
    CalendarUnknown = 16,
}

/// <param name="Name">The holiday's or the day's name; null for the others.</param>
[GenerateSerializer, Immutable, Alias("booking.slot-answer")]
public sealed record SlotAnswer(SlotReason Reason, string? Name = null);
