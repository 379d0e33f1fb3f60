using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>Says to whoever asked that it is asked: somebody with a link that was passed on cannot do it unseen.</summary>
public sealed record DataAskedEmail(string Business, string Reference, DataWish Wish, DateTimeOffset DueAt, string ZoneId, string Page) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{Business} has what you asked about your data ({Reference})"),
        Business,
        Wish == DataWish.Removal
            ? $"{Business} was asked to remove what it keeps about this address. It answers by {MailTime.Say(DueAt, ZoneId)} at the latest."
            : $"{Business} was asked to send you everything it keeps about this address. It answers by {MailTime.Say(DueAt, ZoneId)} at the latest.",
        $"You get this because the link we had mailed to this address was used on the page of {Business}.")
    {
        SenderName = HeaderText.From(Business),
        Facts = [new("Number", Reference), new("Answered by", MailTime.Say(DueAt, ZoneId))],
        Buttons = [new("Have a new link mailed", Page, Main: false)],
        Paragraphs = ["If you did not ask for this, somebody has your link: have a new one mailed, and take the request back on its page."],
    };
}
