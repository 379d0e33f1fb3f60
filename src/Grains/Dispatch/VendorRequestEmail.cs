using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public sealed record VendorRequestEmail(string Business, OwnerContact Owner, string Vendor, RequestFacts Facts, DateTimeOffset AnswerBy, string ZoneId, string Url, string? Desk = null) : Email
{
    public override EmailContent Compose() => new(
        Facts.Header(Facts.Title()),
        Business,
        $"{Business} asks whether you can take this. Please answer by {MailTime.Say(AnswerBy, ZoneId)}; after that somebody else is asked.",
        $"{Business} sends you its requests as {Vendor}. To change or stop that, ask {RequestFacts.Say(Owner)}.")
    {
        SenderName = HeaderText.From(Business),
        ReplyTo = Owner.Email,
        Preheader = $"{Facts.CallerName}: {Facts.Text}",
        Flag = Facts.Flag(),
        Facts = Facts.Table(),
        Quote = Facts.Text,
        Buttons = [new("Open the request", Url), .. VendorDeskEmail.Footer(Desk)],
        Paragraphs = ["There you accept or decline it with one tap. No account is needed; the link is yours alone, so please do not pass it on."],
    };

    public static VendorRequestEmail Example() => new(Examples.Business, Examples.Owner, "Rivera Plumbing", Examples.Facts, Examples.Soon, Examples.Zone, Examples.VendorUrl, Examples.DeskUrl);
}
