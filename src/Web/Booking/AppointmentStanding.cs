using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>What a guest may still do about an appointment.</summary>
public enum AppointmentStanding
{
    /// <summary>May be moved and cancelled.</summary>
    Open,
    /// <summary>Less than the notice is left.</summary>
    Late,
    Over,
    Cancelled,
}

public static class AppointmentStandings
{
    public static AppointmentStanding StandingAt(this Appointment appointment, DateTimeOffset now) =>
        appointment.Status == AppointmentStatus.Cancelled ? AppointmentStanding.Cancelled
        : appointment.End <= now || appointment.Status == AppointmentStatus.NoShow ? AppointmentStanding.Over
        : appointment.ChangeUntil < now ? AppointmentStanding.Late
        : AppointmentStanding.Open;

    /// <summary>Until when it may be moved and cancelled, or until when it could be.</summary>
    public static string Notice(this Appointment appointment, DateTimeOffset now) => (appointment.ChangeNotice == TimeSpan.Zero, appointment.StandingAt(now)) switch
    {
        (true, AppointmentStanding.Open) => "You can move or cancel it until it begins.",
        (true, _) => "It has begun, so only they can change it now.",
        (false, AppointmentStanding.Open) => $"You can move or cancel it until {LocalTime.Of(appointment.ChangeUntil, appointment.Guest.ZoneId, now)} ({BookingWords.Lasting(appointment.ChangeNotice)} before).",
        _ => $"It could be moved or cancelled here until {LocalTime.Of(appointment.ChangeUntil, appointment.Guest.ZoneId, now)} ({BookingWords.Lasting(appointment.ChangeNotice)} before). Now only they can change it.",
    };
}
