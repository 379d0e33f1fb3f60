using Backsoon.Mail;

namespace Backsoon.Billing;

public sealed record ReopenedEmail(string Business, string DeskUrl, string BillingUrl) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("Your page is open again"),
        Business,
        $"Thank you, your plan is paid for, and the page of {Business} takes requests again.",
        $"You own {Business}. This comes once when its page opens after a pause.")
    {
        Buttons = [new("Look at your page", DeskUrl), new("Plan and payments", BillingUrl, Main: false)],
    };

    public static ReopenedEmail Example() => new("Harbour Lettings", "https://harbour.example.com/", "https://app.example.com/billing");
}
