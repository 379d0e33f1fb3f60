using Backsoon.Mail;

namespace Backsoon.Billing;

public sealed record SubscriptionEndedEmail(string Business, DateTimeOffset EndedAt, string ZoneId, string Kept, DateTimeOffset? GoesAt, string BillingUrl) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Your plan has ended"),
        Business,
        $"Your Backsoon plan ended at {MailTime.Say(EndedAt, ZoneId)}, and your page is paused. Nothing more is charged.",
        $"You own {Business}. This comes once when its plan ends.")
    {
        Facts = [new("Callers", $"Read that {Business} takes no requests here at the moment"), new("What you have here", GoesAt is { } at ? $"Is kept as it is until {MailTime.Say(at, ZoneId)}, then deleted" : $"Is kept as it is for {Kept}, then deleted")],
        Buttons = [new("Choose a plan", BillingUrl)],
        Paragraphs = ["The page opens again with everything as it was as soon as a plan is chosen. Without one, requests, appointments, contacts and settings are deleted then; we mail you a week and a day before. To take everything along or have it deleted, open the settings of your business."],
    };

    public static SubscriptionEndedEmail Example() => new("Harbour Lettings", new(2026, 2, 18, 14, 22, 0, TimeSpan.Zero), "Europe/Lisbon", "90 days", new(2026, 5, 19, 14, 22, 0, TimeSpan.Zero), "https://app.example.com/billing");
}
