using Backsoon.Mail;

namespace Backsoon.Booking;

public sealed record BookingReminderEmail(AppointmentFacts Facts) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Reminder: {Facts.Title} ({Facts.Appointment.Reference})"),
        Facts.Business,
        $"{Facts.Title} is soon: {Facts.GuestTime}.",
        BookingConfirmedEmail.Why(Facts))
    {
        SenderName = HeaderText.From(Facts.Business),
        Facts = [.. Facts.ForGuest()],
        Buttons = [new("See, move or cancel it", Facts.Url)],
        Paragraphs = Facts.Appointment.ChangeUntil > Facts.ToldAt ? [BookingConfirmedEmail.Change(Facts)] : ["Nobody reads an answer to this mail."],
    };

    public static BookingReminderEmail Example() => new(AppointmentFacts.Example());
}
