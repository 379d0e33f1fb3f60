using Backsoon.Mail;

namespace Backsoon.Billing;

public sealed record SubscriptionEndedEmail(string Business, DateTimeOffset EndedAt, string ZoneId, string BillingUrl) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Your plan has ended"),
        Business,
        $"Your Backsoon plan ended at {MailTime.Say(EndedAt, ZoneId)}, and your page is paused. Nothing more is charged.",
        $"You own {Business}. This comes once when its plan ends.")
    {
        Facts = [new("Callers", $"Read that {Business} takes no requests here at the moment"), new("What you have here", "Is kept as it is")],
        Buttons = [new("Choose a plan", BillingUrl)],
        Paragraphs = ["The page opens again as soon as a plan is chosen. To take everything along or have it deleted, open the settings of your business."],
    };

    public static SubscriptionEndedEmail Example() => new("Harbour Lettings", new(2026, 2, 18, 14, 22, 0, TimeSpan.Zero), "Europe/Lisbon", "https://app.example.com/billing");
}
