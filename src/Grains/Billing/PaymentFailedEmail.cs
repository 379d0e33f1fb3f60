using Backsoon.Mail;

namespace Backsoon.Billing;

public sealed record PaymentFailedEmail(string Business, DateTimeOffset PausesAt, DateTimeOffset EndsAt, string ZoneId, string Kept, string BillingUrl) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Your payment did not go through"),
        Business,
        "The payment for your Backsoon plan did not go through. Your page stays open, and Stripe tries the card again over the next days.",
        $"You own {Business}. This comes once when a payment fails.")
    {
        Flag = "Payment failed",
        Facts =
        [
            new("If nothing is paid", $"Your page is paused at {MailTime.Say(PausesAt, ZoneId)}"),
            new("And after that", $"The plan ends at {MailTime.Say(EndsAt, ZoneId)}. What you have here is kept for {Kept} more, and then deleted"),
        ],
        Buttons = [new("Look at card and invoices", BillingUrl)],
        Paragraphs = ["Often the card has expired, or the bank wants you to confirm the payment. Both are settled on Stripe's page, which the button leads to. Card numbers never come to us."],
    };

    public static PaymentFailedEmail Example() => new("Harbour Lettings", new(2026, 1, 19, 14, 22, 0, TimeSpan.Zero), new(2026, 2, 18, 14, 22, 0, TimeSpan.Zero), "Europe/Lisbon", "90 days", "https://app.example.com/billing");
}
