using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <param name="From">The caller's name, or who of the business wrote.</param>
public sealed record VendorMessageEmail(string Business, string Vendor, string From, string Title, string Reference, bool Urgent, string Text, int Photos, string Url, string? Desk = null) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{(Urgent ? "Urgent: " : "")}Message: {Title} ({Reference})"),
        Business,
        Text.Length == 0 ? $"{From} has sent {Photo.Say(Photos)} for “{Title}”." : $"{From} has written to you about “{Title}”.",
        $"{Business} sends you its requests as {Vendor}. To change or stop that, ask {Business}; its number and address are on the page.")
    {
        SenderName = HeaderText.From(Business),
        Preheader = Text.Length == 0 ? null : Text,
        Flag = Urgent ? "Urgent" : null,
        Quote = Text.Length == 0 ? null : Text,
        Facts = Photos > 0 && Text.Length > 0 ? [new("Number", Reference), new("With it", $"{Photo.Say(Photos)}, on the page")] : [new("Number", Reference)],
        Buttons = [new("Read and answer", Url), .. VendorDeskEmail.Footer(Desk)],
        Paragraphs = ["Answer on the page: nobody reads an answer to this mail. The link is yours alone, so please do not pass it on."],
    };

    public static VendorMessageEmail Example() => new(
        Examples.Business, "Rivera Plumbing", Examples.Facts.CallerName, Examples.Facts.Title(), Examples.Facts.Reference, Examples.Facts.Urgent, "The porter has the key now. Ring twice.", 2, Examples.VendorUrl, Examples.DeskUrl);
}
