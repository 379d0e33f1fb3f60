using Backsoon.Mail;

namespace Backsoon.Billing;

/// <param name="Days">Until the trial ends; none once it has.</param>
/// <param name="Kept">For how long what they have here is kept without a plan: "90 days".</param>
/// <param name="GoesAt">When that is over; null before the trial is.</param>
public sealed record TrialEmail(string Business, int Days, DateTimeOffset End, string ZoneId, TrialPlan[] Plans, string Kept, DateTimeOffset? GoesAt, string BillingUrl) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From(Days == 0 ? "Your trial is over, and your page is paused" : $"Your trial ends in {Left}"),
        Business,
        Days == 0
            ? $"Your trial of Backsoon ended at {MailTime.Say(End, ZoneId)}. Callers now read that {Business} takes no requests here at the moment."
            : $"Your trial of Backsoon ends at {MailTime.Say(End, ZoneId)}. Choose a plan before then, and nothing changes for your callers.",
        Days == 0 ? $"You own {Business}. This is the last mail about its trial." : $"You own {Business}. This comes seven, three and one day before a trial ends, and when it does; it stops when you choose a plan or cancel.")
    {
        Facts = [.. Plans.Select(plan => new EmailFact(plan.Name, plan.Text)), .. Days == 0 && GoesAt is { } at ? new[] { new EmailFact("Without a plan", $"Everything is deleted at {MailTime.Say(at, ZoneId)}") } : []],
        Buttons = [new("Choose a plan", BillingUrl)],
        Paragraphs = Days == 0
            ? [$"Requests and appointments that were under way go on. Everything is kept as it is for {Kept}, and the page opens again as soon as a plan is chosen. Without one, requests, appointments, contacts and settings are deleted then; we mail you a week and a day before."]
            : [$"Without a plan your page is paused then: callers read that nothing new is taken at the moment. Requests under way go on, and everything is kept for {Kept} more before it is deleted. Nothing is charged without your choosing it."],
    };

    public static TrialEmail Example() => new(
        "Harbour Lettings", 3, new(2026, 1, 8, 14, 22, 0, TimeSpan.Zero), "Europe/Lisbon", [new("Solo", "12 euros a month, one business"), new("Team", "29 euros a month, for everybody in it")], "90 days", new(2026, 4, 8, 14, 22, 0, TimeSpan.Zero), "https://app.example.com/billing");

    private string Left => Days == 1 ? "1 day" : $"{Days} days";
}

public sealed record TrialPlan(string Name, string Text);
