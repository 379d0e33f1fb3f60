using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Billing;

/// <summary>What an owner is told about their trial and subscription, and when.</summary>
public sealed class BillingMails(Outbox outbox, Site site, TimeProvider clock)
{
    private string Url => site.App("/billing");

    public Task Post(TenantProfile profile, StripeSettings settings, IEnumerable<BillingLetter> letters) => outbox.Post([
        .. letters.Select(letter => new OutgoingMail(letter.Id, MailPriority.Normal, profile.Settings.Owner.Email, "Owner", Of(profile, settings, letter)) { Tenant = profile.Id }),
    ]);

    private Email Of(TenantProfile profile, StripeSettings settings, BillingLetter letter)
    {
        var (business, zone, facts) = (profile.Settings.BusinessName, profile.Settings.ZoneId, letter.Facts);
        return letter.Step switch
        {
            BillingStep.Trial =>
                new TrialEmail(business, DaysLeft(facts), facts.TrialEnd, zone, [.. settings.Plans.Select(plan => new TrialPlan(plan.Name, plan.Text))], Url),
            BillingStep.PaymentFailed => new PaymentFailedEmail(business, facts.PausesAt!.Value, facts.CutAt!.Value, zone, Url),
            BillingStep.Unpaid => new UnpaidEmail(business, facts.CutAt!.Value, zone, Url),
            BillingStep.Ended => new SubscriptionEndedEmail(business, facts.EndedAt!.Value, zone, Url),
            BillingStep.Reopened => new ReopenedEmail(business, site.Desk(profile.Slug), Url),
            _ => throw new InvalidOperationException($"Nothing is mailed about {letter.Step}."),
        };
    }

    // As it is when it is said: a reminder may come late.
    private int DaysLeft(SubscriptionFacts facts) => Math.Max(0, (int)Math.Ceiling((facts.TrialEnd - clock.GetUtcNow()).TotalDays));
}
