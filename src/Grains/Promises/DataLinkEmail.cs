using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>The link to what is kept of an address. It reads the same whether anything is.</summary>
public sealed record DataLinkEmail(string Business, string Contact, string Link, string Life) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"What {Business} keeps about you"),
        Business,
        $"Somebody, you we hope, asked on the page of {Business} what is kept about this address. The link shows it to whoever reads this mail, and says so if nothing is.",
        $"You get this because the address was typed on the page of {Business}. If it was not you, do nothing: nobody else has learnt anything, and nothing has been changed.")
    {
        SenderName = HeaderText.From(Business),
        Buttons = [new("See what is kept", Link)],
        Paragraphs = [$"The link works for {Life}. Whoever has it sees the same as you and can ask in your name, so do not pass this mail on.", $"{Business} is responsible for this data: {Contact}."],
    };
}
