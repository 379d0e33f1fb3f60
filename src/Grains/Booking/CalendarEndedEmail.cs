using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

public sealed record CalendarEndedEmail(string Business, string Address, string CalendarUrl) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Your Google Calendar is not connected any more"),
        Business,
        $"Google does not let Backsoon into the calendar of {Address} any more, so what is in it no longer hides times on your booking page.",
        $"You own {Business}. This comes once each time Google ends a connection.")
    {
        Flag = "Connect again",
        Facts = [new("Calendar", Address), new("Bookings", "Go on, by your hours and the appointments made here"), new("New appointments", "Wait, and are written to the calendar once it is connected again")],
        Buttons = [new("Connect it again", CalendarUrl)],
        Paragraphs = ["This happens when access is taken back in the Google account, when its password changes, or after six months without use. If you ended it on purpose, disconnect it there too, and you hear no more of it."],
    };

    public static OutgoingMail To(TenantProfile profile, Guid id, EmailAddress address, string url) =>
        new(id, MailPriority.Urgent, profile.Settings.Owner.Email, "Owner", new CalendarEndedEmail(profile.Settings.BusinessName, address.Value, url)) { Tenant = profile.Id };

    public static CalendarEndedEmail Example() => new("Harbour Lettings", "ana@example.com", "https://app.example.com/bookings/calendars");
}
