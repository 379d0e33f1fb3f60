using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public sealed record RequestReopenedEmail(string Business, OwnerContact Owner, string Vendor, RequestFacts Facts, string Url, string? Desk = null) : Email
{
    public override EmailContent Compose() => new(
        Facts.Header($"Open again, and yours: {Facts.Title()}"),
        Business,
        $"{Business} closed “{Facts.Title()}” too soon and has opened it again. It is yours as before: the mail that said there is nothing to do no longer counts.",
        $"{Business} sends you its requests as {Vendor}. To change or stop that, ask {RequestFacts.Say(Owner)}.")
    {
        SenderName = HeaderText.From(Business),
        ReplyTo = Owner.Email,
        Flag = Facts.Flag(),
        Facts = Facts.Table(),
        Quote = Facts.Text,
        Buttons = [new("Open the request", Url), .. VendorDeskEmail.Footer(Desk)],
        Paragraphs = ["If you cannot take it any more, say so there: then somebody else is asked."],
    };

    public static RequestReopenedEmail Example() => new(Examples.Business, Examples.Owner, "Rivera Plumbing", Examples.Facts, Examples.VendorUrl, Examples.DeskUrl);
}
