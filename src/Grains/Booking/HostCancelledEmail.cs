using Backsoon.Mail;

namespace Backsoon.Booking;

public sealed record HostCancelledEmail(AppointmentFacts Facts) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Cancelled: {Facts.Appointment.ServiceName}, {Facts.Appointment.Guest.Name} ({Facts.Appointment.Reference})"),
        Facts.Business,
        $"{Facts.Appointment.CancelledBy ?? Facts.Appointment.Guest.Name} has cancelled {Facts.Appointment.ServiceName}; the time is free again.",
        HostBookedEmail.Why(Facts))
    {
        Facts = [.. Facts.ForHost()],
        Quote = Facts.Appointment.CancelNote,
        ReplyTo = Facts.Appointment.Guest.Email,
        Buttons = [new("Open it", Facts.Url)],
    };

    public static HostCancelledEmail Example() => new(AppointmentFacts.Example(AppointmentStatus.Cancelled));
}
