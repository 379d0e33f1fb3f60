namespace Backsoon.Booking;

/// <summary>Who tells the guest's calendar of what becomes of an appointment that Google had invited them to. Once our mails do, they go on.</summary>
internal static class Entries
{
    /// <param name="former">Whether the calendar it leaves is told, so that Google takes its entry along or away.</param>
    /// <param name="next">Whether the one it comes to is told.</param>
    public static GuestCalendar Moved(bool former, bool next) => (former, next) switch
    {
        (true, true) => GuestCalendar.Google,
        (true, false) => GuestCalendar.Own,
        _ => GuestCalendar.OwnAfterGoogle,
    };

    public static GuestCalendar Cancelled(bool told) => told ? GuestCalendar.Google : GuestCalendar.OwnAfterGoogle;

    /// <summary>The file that goes with a mail; null while Google tells.</summary>
    public static Mail.CalendarPart? File(this AppointmentFacts facts) => facts.Appointment.Calendar == GuestCalendar.Google ? null : Ics.PartOf(facts);

    public static string[] Booked(AppointmentFacts facts) =>
        facts.Appointment.Calendar == GuestCalendar.Google ? ["The invitation for your calendar comes from Google Calendar, in a mail of its own. Should none come, there is a calendar file on the appointment's page."] : [];

    public static string[] Moved(AppointmentFacts facts) => facts.Appointment.Calendar switch
    {
        GuestCalendar.Google => ["Google Calendar, which invited you, changes the entry in your calendar."],
        GuestCalendar.OwnAfterGoogle => ["The file with this mail enters the new time in your calendar. Google Calendar, which invited you first, could not be told: if the old time is still there, take it out yourself."],
        _ => [],
    };

    public static string[] Cancelled(AppointmentFacts facts) => facts.Appointment.Calendar switch
    {
        GuestCalendar.Google => ["Google Calendar, which invited you, takes it out of your calendar."],
        GuestCalendar.OwnAfterGoogle => ["Google Calendar, which invited you, could not be told: if the appointment is still in your calendar, take it out yourself."],
        _ => [],
    };
}
