using Backsoon.Mail;

namespace Backsoon.Booking;

public sealed record BookingCancelledEmail(AppointmentFacts Facts) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Cancelled: {Facts.Title} ({Facts.Appointment.Reference})"),
        Facts.Business,
        Facts.Appointment.CancelledBy is null ? $"You have cancelled {Facts.Title}." : $"{Facts.Business} has cancelled {Facts.Title}.",
        BookingConfirmedEmail.Why(Facts))
    {
        SenderName = HeaderText.From(Facts.Business),
        Facts = [.. Facts.ForGuest()],
        Quote = Facts.Appointment.CancelNote,
        Buttons = [new("See it", Facts.Url)],
        Paragraphs = [.. Entries.Cancelled(Facts), "You need not do anything. No reminder will come."],
        Calendar = Facts.File(),
    };

    public static BookingCancelledEmail Example() => new(AppointmentFacts.Example(AppointmentStatus.Cancelled));
}
