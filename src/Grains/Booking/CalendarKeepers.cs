namespace Backsoon.Booking;

/// <summary>Who keeps hosts' calendars, as far as this installation has access to them.</summary>
/// <param name="Google">Null when it has none.</param>
public sealed record CalendarKeepers(GoogleCalendar? Google);
