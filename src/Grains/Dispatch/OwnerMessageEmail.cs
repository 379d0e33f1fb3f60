using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <param name="From">The caller's name, or the vendor's.</param>
public sealed record OwnerMessageEmail(string Business, string From, string Title, string Reference, bool Urgent, string Text, int Photos, string Url) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{(Urgent ? "Urgent: " : "")}Message: {Title} ({Reference})"),
        Business,
        Text.Length == 0 ? $"{From} has sent {Photo.Say(Photos)} for “{Title}”." : $"{From} has written about “{Title}”.",
        $"You own {Business}. A message that is for you, or that nobody else would read by now, is always told.")
    {
        Preheader = Text.Length == 0 ? null : Text,
        Flag = Urgent ? "Urgent" : null,
        Quote = Text.Length == 0 ? null : Text,
        Facts = Photos > 0 && Text.Length > 0 ? [new("Number", Reference), new("With it", $"{Photo.Say(Photos)}, on the page")] : [new("Number", Reference)],
        Buttons = [new("Open the request", Url)],
        Paragraphs = ["Answer on that page: nobody reads an answer to this mail."],
    };

    public static OwnerMessageEmail Example() => new(Examples.Business, Examples.Facts.CallerName, Examples.Facts.Title(), Examples.Facts.Reference, Examples.Facts.Urgent, "It is coming through the light now.", 0, Examples.OwnerUrl);
}
