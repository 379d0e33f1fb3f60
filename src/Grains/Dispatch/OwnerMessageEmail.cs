using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <param name="From">The caller's name, or the vendor's.</param>
public sealed record OwnerMessageEmail(string Business, string From, string Title, string Reference, bool Urgent, string Text, string Url) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{(Urgent ? "Urgent: " : "")}Message: {Title} ({Reference})"),
        Business,
        $"{From} has written about “{Title}”.",
        $"You own {Business}. A message that is for you, or that nobody else would read by now, is always told.")
    {
        Preheader = Text,
        Flag = Urgent ? "Urgent" : null,
        Quote = Text,
        Facts = [new("Number", Reference)],
        Buttons = [new("Open the request", Url)],
        Paragraphs = ["Answer on that page: nobody reads an answer to this mail."],
    };

    public static OwnerMessageEmail Example() => new(Examples.Business, Examples.Facts.CallerName, Examples.Facts.Title(), Examples.Facts.Reference, Examples.Facts.Urgent, "It is coming through the light now.", Examples.OwnerUrl);
}
