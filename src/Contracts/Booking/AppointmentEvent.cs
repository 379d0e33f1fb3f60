namespace Backsoon.Booking;

/// <summary>Something that happened to an appointment. None is changed afterwards.</summary>
/// <param name="By">Who of the business did it; null for the guest, and for what happens by itself.</param>
/// <param name="Move">Null for what is no move.</param>
[GenerateSerializer, Immutable, Alias("booking.appointment-event")]
public sealed record AppointmentEvent(DateTimeOffset At, AppointmentEventKind Kind, string? By, AppointmentMoved? Move);

/// <param name="FromHost">Their name, as the one below.</param>
[GenerateSerializer, Immutable, Alias("booking.appointment-moved")]
public sealed record AppointmentMoved(DateTimeOffset FromStart, DateTimeOffset FromEnd, string FromHost, DateTimeOffset ToStart, DateTimeOffset ToEnd, string ToHost);

/// <summary>Numbers are on disk (appointment_event.kind): never reuse one.</summary>
[Alias("booking.appointment-event-kind")]
public enum AppointmentEventKind
{
    Booked = 0,
    Moved = 1,
    Cancelled = 2,
    /// <summary>The guest did not come.</summary>
    NoShow = 3,
    /// <summary>The guest came after all.</summary>
    Came = 4,
    /// <summary>A reminder was on its way to the guest.</summary>
    Reminded = 5,
}
