using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <param name="From">The vendor's name, or the business's.</param>
public sealed record CallerMessageEmail(string Business, string From, string Title, string Reference, string Text, string Url) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{From} has written to you ({Reference})"),
        Business,
        $"{From} has written to you about your request “{Title}”.",
        $"You gave this address on the page of {Business}. It is used for this request only and is not passed on.")
    {
        SenderName = HeaderText.From(Business),
        Preheader = Text,
        Quote = Text,
        Facts = [new("Number", Reference)],
        Buttons = [new("Read and answer", Url)],
        Paragraphs = ["Answer on the page: nobody reads an answer to this mail."],
    };

    public static CallerMessageEmail Example() => new(Examples.Business, "Rivera Plumbing", Examples.Facts.Title(), Examples.Facts.Reference, "I can be there at four. Is the main tap in the kitchen?", Examples.CallerUrl);
}
