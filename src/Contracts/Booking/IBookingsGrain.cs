using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>The appointments of one tenant, to be looked through.</summary>
/// <remarks>Key: <c>bookings/{tenant}</c>.</remarks>
[Alias("booking.bookings")]
public interface IBookingsGrain : IGrainWithStringKey
{
    /// <summary>What touches the time between, in order of its start: a day, a week. Cancelled appointments are left out.</summary>
    /// <param name="host">Null for all.</param>
    [AlwaysInterleave, Alias("agenda")]
    Task<Agenda> Agenda(DateTimeOffset from, DateTimeOffset to, Guid? host);

    [AlwaysInterleave, Alias("list")]
    Task<AppointmentPage> List(AppointmentQuery query);

    /// <summary>How many booked appointments are not over.</summary>
    [AlwaysInterleave, Alias("ahead")]
    Task<int> Ahead();

    /// <summary>All appointments by start as CSV, a piece at a time; the first brings the head line.</summary>
    [AlwaysInterleave, Alias("export")]
    Task<BookingPiece> Export(AppointmentCursor? after);

    /// <summary>A host's appointments from a month ago on as a calendar to subscribe to, a piece at a time. Null when the host or this number of their link is not there.</summary>
    [AlwaysInterleave, Alias("feed")]
    Task<BookingPiece?> Feed(Guid host, int feed, AppointmentCursor? after);
}

/// <param name="IsCut">Whether there is more than fits.</param>
[GenerateSerializer, Immutable, Alias("booking.agenda")]
public sealed record Agenda(ImmutableArray<Appointment> Appointments, ImmutableArray<BlockedTime> Blocks, bool IsCut)
{
    public const int Most = 500;
}

/// <param name="Words">That all occur in the guest's name, mail or telephone, the service or the reference; empty for everything.</param>
/// <param name="Upcoming">True for what has not ended, the next first; false for what has, the latest first.</param>
/// <param name="After">The last row of the page before; null for the first.</param>
[GenerateSerializer, Immutable, Alias("booking.appointment-query")]
public sealed record AppointmentQuery(string Words, Guid? Host, Guid? Service, AppointmentStatus? Status, bool Upcoming, AppointmentCursor? After, int Take);

[GenerateSerializer, Immutable, Alias("booking.appointment-cursor")]
public sealed record AppointmentCursor(DateTimeOffset Start, Guid Id);

/// <param name="Next">Pass as <see cref="AppointmentQuery.After"/>; null on the last page.</param>
[GenerateSerializer, Immutable, Alias("booking.appointment-page")]
public sealed record AppointmentPage(ImmutableArray<Appointment> Items, AppointmentCursor? Next);

/// <param name="Text">UTF-8.</param>
/// <param name="Next">Null after the last piece.</param>
[GenerateSerializer, Immutable, Alias("booking.piece")]
public sealed record BookingPiece(byte[] Text, AppointmentCursor? Next);
