using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public sealed record VendorDeskEmail(string Business, OwnerContact Owner, string Vendor, string Url) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Your page at {Business}"),
        Business,
        $"Everything {Business} has asked of you is on one page, and there you say when you cannot be asked.",
        $"{Business} sends you its requests as {Vendor}. To change or stop that, ask {RequestFacts.Say(Owner)}.")
    {
        SenderName = HeaderText.From(Business),
        ReplyTo = Owner.Email,
        Buttons = [new("Open your page", Url)],
        Paragraphs = ["Keep it: no account is needed. The link is yours alone, so please do not pass it on. An older one does not work any more once you get a newer."],
    };

    /// <summary>What every other mail to a vendor ends with; nothing while the owner has taken the link back.</summary>
    public static IEnumerable<EmailButton> Footer(string? desk) => desk is null ? [] : [new EmailButton("All your requests", desk, Main: false)];

    public static VendorDeskEmail Example() => new(Examples.Business, Examples.Owner, "Rivera Plumbing", Examples.DeskUrl);
}
