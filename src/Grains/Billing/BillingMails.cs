using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Tenants;

namespace Backsoon.Billing;

/// <summary>What an owner is told about their trial and subscription, and when.</summary>
public sealed class BillingMails(Outbox outbox, Site site, Policies policies, TimeProvider clock)
{
    private string Url => site.App("/billing");

    public async Task Post(TenantProfile profile, StripeSettings settings, IEnumerable<BillingLetter> letters)
    {
        var kept = Period.Say((await policies.Current()).AfterCancellation);
        await outbox.Post([
            .. letters.Select(letter => new OutgoingMail(letter.Id, MailPriority.Normal, profile.Settings.Owner.Email, "Owner", Of(profile, settings, letter, kept)) { Tenant = profile.Id }),
        ]);
    }

    private Email Of(TenantProfile profile, StripeSettings settings, BillingLetter letter, string kept)
    {
        var (business, zone, facts) = (profile.Settings.BusinessName, profile.Settings.ZoneId, letter.Facts);
        return letter.Step switch
        {
            BillingStep.Trial =>
                new TrialEmail(business, DaysLeft(facts), facts.TrialEnd, zone, [.. settings.Plans.Select(plan => new TrialPlan(plan.Name, plan.Text))], kept, facts.GoesAt, Url),
            BillingStep.PaymentFailed => new PaymentFailedEmail(business, facts.PausesAt!.Value, facts.CutAt!.Value, zone, kept, Url),
            BillingStep.Unpaid => new UnpaidEmail(business, facts.CutAt!.Value, zone, kept, Url),
            BillingStep.Ended => new SubscriptionEndedEmail(business, facts.EndedAt!.Value, zone, kept, facts.GoesAt, Url),
            BillingStep.Reopened => new ReopenedEmail(business, site.Desk(profile.Slug), Url),
            _ => throw new InvalidOperationException($"Nothing is mailed about {letter.Step}."),
        };
    }

    // As it is when it is said: a reminder may come late.
    private int DaysLeft(SubscriptionFacts facts) => Math.Max(0, (int)Math.Ceiling((facts.TrialEnd - clock.GetUtcNow()).TotalDays));
}
