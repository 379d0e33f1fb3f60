using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <param name="AnswerBy">Null when the vendor has accepted already and the owner asks how it goes.</param>
public sealed record VendorReminderEmail(string Business, OwnerContact Owner, string Vendor, RequestFacts Facts, DateTimeOffset? AnswerBy, string ZoneId, string Url, string? Desk = null) : Email
{
    public override EmailContent Compose() => new(
        Facts.Header($"Waiting for you: {Facts.Title()}"),
        Business,
        AnswerBy is { } by
            ? $"{Business} still waits for your answer. After {MailTime.Say(by, ZoneId)} somebody else is asked."
            : $"You have accepted this request of {Business}. Please say when you are on your way, and when it is done.",
        $"{Business} sends you its requests as {Vendor}. To change or stop that, ask {RequestFacts.Say(Owner)}.")
    {
        SenderName = HeaderText.From(Business),
        ReplyTo = Owner.Email,
        Flag = Facts.Flag(),
        Facts = Facts.Table(),
        Quote = Facts.Text,
        Buttons = [new("Open the request", Url), .. VendorDeskEmail.Footer(Desk)],
    };

    public static VendorReminderEmail Example() => new(Examples.Business, Examples.Owner, "Rivera Plumbing", Examples.Facts, Examples.Soon, Examples.Zone, Examples.VendorUrl, Examples.DeskUrl);
}
