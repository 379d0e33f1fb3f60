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
        Paragraphs = ["You need not do anything. No reminder will come."],
        Calendar = Ics.PartOf(Facts),
    };

    public static BookingCancelledEmail Example() => new(AppointmentFacts.Example(AppointmentStatus.Cancelled));
}
