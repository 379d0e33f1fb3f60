using Backsoon.Mail;

namespace Backsoon.Booking;

/// <param name="WasAt">As the host was told before.</param>
public sealed record HostMovedEmail(AppointmentFacts Facts, string WasAt, string WasWith) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Moved: {Facts.Appointment.ServiceName}, {Facts.Appointment.Guest.Name} ({Facts.Appointment.Reference})"),
        Facts.Business,
        WasWith == Facts.Appointment.HostName ? $"{Facts.Appointment.ServiceName} for {Facts.Appointment.Guest.Name} is at another time." : $"{Facts.Appointment.ServiceName} for {Facts.Appointment.Guest.Name} has gone from {WasWith} to {Facts.Appointment.HostName}.",
        HostBookedEmail.Why(Facts))
    {
        Facts = [.. Facts.ForHost(), new("Before", WasAt)],
        ReplyTo = Facts.Appointment.Guest.Email,
        Buttons = [new("Open it", Facts.Url)],
    };

    public static HostMovedEmail Example() => new(AppointmentFacts.Example(), "Wednesday, 7 January 2026, 10:00–10:30 (Lisbon time, UTC+00:00)", "Ana Reis");
}
