using Backsoon.Mail;

namespace Backsoon.Booking;

/// <param name="WasAt">As the guest was told before.</param>
public sealed record BookingMovedEmail(AppointmentFacts Facts, string WasAt) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Moved: {Facts.Title} ({Facts.Appointment.Reference})"),
        Facts.Business,
        $"{Facts.Title} is at another time.",
        BookingConfirmedEmail.Why(Facts))
    {
        SenderName = HeaderText.From(Facts.Business),
        Facts = [.. Facts.ForGuest(), new("Before", WasAt)],
        Buttons = [new("See, move or cancel it", Facts.Url)],
        Paragraphs = [.. Entries.Moved(Facts), BookingConfirmedEmail.Change(Facts)],
        Calendar = Facts.File(),
    };

    public static BookingMovedEmail Example() => new(AppointmentFacts.Example(), "Wednesday, 7 January 2026, 10:00–10:30 (Madrid time, UTC+01:00)");
}
