using Backsoon.Mail;

namespace Backsoon.Booking;

public sealed record HostBookedEmail(AppointmentFacts Facts) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Booked: {Facts.Appointment.ServiceName}, {Facts.Appointment.Guest.Name} ({Facts.Appointment.Reference})"),
        Facts.Business,
        Facts.Appointment.BookedBy is { } by ? $"{by} has booked {Facts.Appointment.ServiceName} for {Facts.Appointment.Guest.Name}." : $"{Facts.Appointment.Guest.Name} has booked {Facts.Appointment.ServiceName}.",
        Why(Facts))
    {
        Facts = [.. Facts.ForHost()],
        Quote = Facts.Appointment.Guest.Note,
        ReplyTo = Facts.Appointment.Guest.Email,
        Buttons = [new("Open it", Facts.Url)],
    };

    internal static string Why(AppointmentFacts facts) => $"Appointments of {facts.Business} with {facts.Appointment.HostName} are told to this address. It can be changed in the settings of booking.";

    public static HostBookedEmail Example() => new(AppointmentFacts.Example());
}
