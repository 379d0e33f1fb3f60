using Backsoon.Mail;

namespace Backsoon.Dispatch;

public sealed record CallerReceivedEmail(string Business, string Reference, string Title, string Text, string? AskedVendor, string? EmergencyPhone, string Url) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"We have your request: {Title} ({Reference})"),
        Business,
        AskedVendor is null ? $"{Business} has your request and will see to it." : $"{Business} has your request and has asked {AskedVendor} to take it.",
        $"You gave this address on the page of {Business}. It is used for this request only.")
    {
        SenderName = HeaderText.From(Business),
        Facts = EmergencyPhone is null
            ? [new("Number", Reference), new("About", Title)]
            : [new("Number", Reference), new("About", Title), new("Emergencies", EmergencyPhone, RequestFacts.Telephone(EmergencyPhone))],
        Quote = Text,
        Buttons = [new("See how it goes", Url)],
        Paragraphs = ["Keep the number: it is how everybody here finds your request. To add something, write on its page: nobody reads an answer to this mail."],
    };

    public static CallerReceivedEmail Example() =>
        new(Examples.Business, Examples.Facts.Reference, Examples.Facts.Title(), Examples.Facts.Text, "Rivera Plumbing", "+351 210 000 099", Examples.CallerUrl);
}
