using Backsoon.Mail;

namespace Backsoon.Booking;

public sealed record BookingConfirmedEmail(AppointmentFacts Facts) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Booked: {Facts.Title} ({Facts.Appointment.Reference})"),
        Facts.Business,
        $"{Facts.Title} is booked for you.",
        Why(Facts))
    {
        SenderName = HeaderText.From(Facts.Business),
        Facts = [.. Facts.ForGuest()],
        Quote = Facts.Appointment.Guest.Note,
        Buttons = [new("See, move or cancel it", Facts.Url)],
        Paragraphs = [.. Entries.Booked(Facts), Change(Facts)],
        Calendar = Facts.File(),
    };

    internal static string Why(AppointmentFacts facts) => $"This address was given for an appointment with {facts.Business}. It is used for this appointment only.";

    internal static string Change(AppointmentFacts facts) => facts.Appointment.ChangeNotice == TimeSpan.Zero
        ? "Until it begins you can move or cancel it on its page. Nobody reads an answer to this mail."
        : $"You can move or cancel it on its page until {MailTime.Say(facts.Appointment.ChangeUntil, facts.Appointment.Guest.ZoneId)}. Nobody reads an answer to this mail.";

    public static BookingConfirmedEmail Example() => new(AppointmentFacts.Example());
}
