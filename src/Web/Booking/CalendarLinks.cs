using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>Pages of calendars on the web that open filled in with an appointment. The guest's private link is not told to them.</summary>
public static class CalendarLinks
{
    public static string Google(Appointment appointment, string business) => Address("https://calendar.google.com/calendar/render", [
        ("action", "TEMPLATE"), ("text", Title(appointment)), ("dates", $"{Compact(appointment.Start)}/{Compact(appointment.End)}"), ("details", Details(appointment, business)), ("location", Where(appointment))]);

    public static string Outlook(Appointment appointment, string business) => Address("https://outlook.live.com/calendar/0/deeplink/compose", [
        ("path", "/calendar/action/compose"), ("rru", "addevent"), ("subject", Title(appointment)), ("startdt", LocalTime.Machine(appointment.Start)), ("enddt", LocalTime.Machine(appointment.End)), ("body", Details(appointment, business)),
        ("location", Where(appointment))]);

    private static string Address(string page, (string Name, string Value)[] query) => $"{page}?{string.Join('&', query.Where(one => one.Value.Length > 0).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"))}";

    private static string Title(Appointment appointment) => $"{appointment.ServiceName} with {appointment.HostName}";

    private static string Details(Appointment appointment, string business) => $"{business}, number {appointment.Reference}";

    private static string Where(Appointment appointment) => BookingWords.WhereForGuest(appointment.Place, appointment.HostName);

    private static string Compact(DateTimeOffset at) => LocalTime.Machine(at).Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal);
}
