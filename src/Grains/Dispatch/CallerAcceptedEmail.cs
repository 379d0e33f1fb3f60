using Backsoon.Mail;

namespace Backsoon.Dispatch;

public sealed record CallerAcceptedEmail(string Business, string Reference, string Title, string Vendor, string Url) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{Vendor} has your request ({Reference})"),
        Business,
        $"{Vendor} has accepted your request “{Title}” and has your phone number.",
        $"You gave this address on the page of {Business}. It is used for this request only.")
    {
        SenderName = HeaderText.From(Business),
        Facts = [new("Number", Reference), new("Who comes", Vendor)],
        Buttons = [new("See how it goes", Url)],
        Paragraphs = ["To say something, write on that page: nobody reads an answer to this mail."],
    };

    public static CallerAcceptedEmail Example() => new(Examples.Business, Examples.Facts.Reference, Examples.Facts.Title(), "Rivera Plumbing", Examples.CallerUrl);
}
