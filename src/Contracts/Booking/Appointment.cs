using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>An appointment as the owner sees it. What was agreed is a copy that later changes of the service do not touch.</summary>
/// <param name="Reference">What the guest can quote: "4KQ-27X".</param>
/// <param name="Seat">From 1.</param>
/// <param name="Sequence">0 for the booking itself; rises with each move and with the cancellation (RFC 5545).</param>
/// <param name="Version">Rises with every change.</param>
/// <param name="Calendar">How it came into the guest's own calendar.</param>
[GenerateSerializer, Immutable, Alias("booking.appointment")]
public sealed record Appointment(
    Guid Id, string Reference, Guid Service, string ServiceName, Guid Host, string HostName, string HostZoneId, DateTimeOffset Start, DateTimeOffset End, AppointmentStatus Status, Guest Guest, Place Place, string? Price,
    int Seat, int Seats, DateTimeOffset BookedAt, string? BookedBy, DateTimeOffset? CancelledAt, string? CancelledBy, string? CancelNote, string? OwnerNote, TimeSpan ChangeNotice, int Sequence, int Version, GuestCalendar Calendar = GuestCalendar.Own)
{
    /// <summary>The last instant in which the guest may cancel or move it.</summary>
    public DateTimeOffset ChangeUntil => Start - ChangeNotice;
}

/// <param name="Email">Null when the owner booked for somebody who gave none.</param>
[GenerateSerializer, Immutable, Alias("booking.guest")]
public sealed record Guest(string Name, EmailAddress? Email, string? Phone, string? Note, ImmutableArray<Answer> Answers, string ZoneId)
{
    public bool IsRemoved => Name == Removed.Name && Email is null && Phone is null;
}

[GenerateSerializer, Immutable, Alias("booking.answer")]
public sealed record Answer(string Label, string Text);

/// <summary>Who tells a guest's calendar of an appointment, so that it stands there once. Numbers are on disk.</summary>
[Alias("booking.guest-calendar")]
public enum GuestCalendar
{
    /// <summary>Our mails, by the file they carry.</summary>
    Own = 0,
    /// <summary>Google, by the invitation from the host's calendar; our mails carry no file.</summary>
    Google = 1,
    /// <summary>Our mails, since Google could no longer: what Google had entered may be left.</summary>
    OwnAfterGoogle = 2,
}

/// <summary>Numbers are on disk.</summary>
[Alias("booking.appointment-status")]
public enum AppointmentStatus
{
    Booked = 0,
    Cancelled = 1,
    NoShow = 2,
}
