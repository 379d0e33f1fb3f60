using System.Diagnostics;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public sealed record RequestTakenEmail(string Business, OwnerContact Owner, string Vendor, NoLongerNeededReason Reason, string Title, string Reference, string? Desk = null) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Nothing to do: {Title} ({Reference})"),
        Business,
        Reason switch
        {
            NoLongerNeededReason.TakenByOther => $"Somebody else has accepted “{Title}”, so you need not do anything.",
            NoLongerNeededReason.GivenToOther => $"{Business} has given “{Title}” to somebody else, so you need not do anything.",
            NoLongerNeededReason.Closed => $"{Business} has closed “{Title}”, so you need not do anything.",
            _ => throw new UnreachableException(),
        },
        $"You were asked about this request as {Vendor}. Questions go to {RequestFacts.Say(Owner)}.")
    {
        SenderName = HeaderText.From(Business),
        ReplyTo = Owner.Email,
        Facts = [new("Number", Reference)],
        Buttons = [.. VendorDeskEmail.Footer(Desk)],
        Paragraphs = ["Thank you for being there."],
    };

    public static RequestTakenEmail Example() => new(Examples.Business, Examples.Owner, "Cole & Sons", NoLongerNeededReason.TakenByOther, Examples.Facts.Title(), Examples.Facts.Reference, Examples.DeskUrl);
}
