using Backsoon.Mail;

namespace Backsoon.Billing;

public sealed record UnpaidEmail(string Business, DateTimeOffset EndsAt, string ZoneId, string Kept, string BillingUrl) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Your page is paused until the payment is made"),
        Business,
        $"The payment for your Backsoon plan is still missing, so your page is paused: callers read that {Business} takes no requests here at the moment.",
        $"You own {Business}. This comes once when its page is paused for a missing payment.")
    {
        Flag = "Paused",
        Facts = [new("If nothing is paid", $"The plan ends at {MailTime.Say(EndsAt, ZoneId)}. What you have here is kept for {Kept} more, and then deleted")],
        Buttons = [new("Look at card and invoices", BillingUrl)],
        Paragraphs = ["Requests and appointments under way go on. The page opens again by itself as soon as the payment has come."],
    };

    public static UnpaidEmail Example() => new("Harbour Lettings", new(2026, 2, 18, 14, 22, 0, TimeSpan.Zero), "Europe/Lisbon", "90 days", "https://app.example.com/billing");
}
