using System.Collections.Concurrent;
using Backsoon.Accounts;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Mail;

/// <summary>Decides of mails that are about to be handed over which of them may go.</summary>
public sealed class MailGate(Suppressions suppressions, MailReputation reputation, EmailKinds kinds, Keys keys, IGrainFactory grains, TimeProvider clock, ILogger<MailGate> log)
{
    /// <summary>Anybody may type any address into a form: no more of what a form causes goes to one, from whatever desks.</summary>
    public static readonly LimitRule PerTypedAddress = new("typed-mail-address", 10, TimeSpan.FromHours(1), Remembered: true);
    public static readonly LimitRule TypedPerTenant = new("typed-mail-tenant", 300, TimeSpan.FromHours(1), Remembered: true);

    /// <summary>How often a business that is slowed sends an ordinary mail.</summary>
    public static readonly TimeSpan SlowPace = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TenantId, MailPace> _said = new();
    private readonly ConcurrentDictionary<TenantId, DateTimeOffset> _nextSlow = new();

    /// <summary>What becomes of those that may not.</summary>
    public async Task<List<MailOutcome>> Hold(IReadOnlyList<(ClaimedMail Mail, EmailAddress To)> mails)
    {
        var refusals = await suppressions.Of(mails.Select(mail => (mail.Mail.Tenant, mail.To)));
        var standings = await Standings(mails);
        var outcomes = await Task.WhenAll(mails.Select(async sent => (sent.Mail, refusals.GetValueOrDefault((sent.Mail.Tenant, sent.To))) switch
        {
            (var mail, _) when sent.To.IsNobodys => new MailOutcome(mail.Id, DeliveryStatus.Suppressed, null, KeepsBatch: false, "suppressed", "The address is at a domain that is reserved for nobody.", null),
            (var mail, { } refusal) => await MaySignIn(mail, refusal) ? null : new MailOutcome(mail.Id, DeliveryStatus.Suppressed, null, KeepsBatch: false, "suppressed", Words(refusal.Reason), null),
            ({ IsOrdinary: true, Tenant: { } tenant } mail, _) => await Hold(mail, sent.To, tenant, standings.GetValueOrDefault(tenant, MailStanding.Untried).Pace),
            _ => null,
        }));
        return [.. outcomes.OfType<MailOutcome>()];
    }

    /// <summary>The address refuses mail for good.</summary>
    public Task Close(EmailAddress to) => suppressions.Add(to);

    // Mails to owners and about accounts always go: they are how a business hears of its trouble.
    private async Task<Dictionary<TenantId, MailStanding>> Standings(IReadOnlyList<(ClaimedMail Mail, EmailAddress To)> mails)
    {
        var standings = mails.Where(mail => mail.Mail.IsOrdinary).Select(mail => mail.Mail.Tenant).OfType<TenantId>().Distinct().ToArray() is { Length: > 0 } tenants ? await reputation.Of([.. tenants]) : [];
        foreach (var (tenant, standing) in standings)
        {
            var before = _said.GetValueOrDefault(tenant);
            if (standing.Pace == MailPace.Free)
                _said.TryRemove(tenant, out _);
            else
                _said[tenant] = standing.Pace;
            if (standing.Pace != before)
                log.LogWarning("Mails of {Tenant} are {Pace}: of {Sent} in seven days {Bounced} came back and {Complained} were unwanted", tenant, standing.Pace, standing.Sent, standing.Bounced, standing.Complained);
        }

        return standings;
    }

    private async Task<MailOutcome?> Hold(ClaimedMail mail, EmailAddress to, TenantId tenant, MailPace pace)
    {
        // Whatever was let through once is not counted again when it is tried again.
        var isFirst = mail.Attempts == 0;
        if (pace == MailPace.Stopped)
            return Withheld("Mails of this business are stopped, because too many came back or were unwanted.");
        if (isFirst && kinds.IsTyped(mail.Kind) && await IsTooMany(to, tenant))
            return Withheld("So many mails went out within the hour to addresses that callers typed.");
        if (isFirst && pace == MailPace.Slowed && mail.Priority == MailPriority.Normal && Slot(tenant) is var slot && slot > clock.GetUtcNow())
            return new(mail.Id, DeliveryStatus.Queued, slot, KeepsBatch: false, "slowed", "Mails of this business go out slowly, because many came back or were unwanted.", null);
        return null;

        MailOutcome Withheld(string why) => new(mail.Id, DeliveryStatus.Withheld, null, KeepsBatch: false, "withheld", why, null);
    }

    private DateTimeOffset Slot(TenantId tenant)
    {
        var now = clock.GetUtcNow();
        var slot = _nextSlow.GetValueOrDefault(tenant) is var next && next > now ? next : now;
        _nextSlow[tenant] = slot + SlowPace;
        return slot;
    }

    private async Task<bool> IsTooMany(EmailAddress to, TenantId tenant)
    {
        var ring = await keys.Current();
        return await Take(PerTypedAddress, ring.Of(PerTypedAddress.Name, to.Canonical)) || await Take(TypedPerTenant, ring.Of(TypedPerTenant.Name, tenant.Value));

        async Task<bool> Take(LimitRule rule, string source) => await grains.GetGrain<ILimitsGrain>($"limits/{rule.Name}-{source}").Take(rule) is not null;
    }

    // Nobody is locked out: who complained asked for this mail, and a mailbox that bounced may be back.
    private async Task<bool> MaySignIn(ClaimedMail mail, Refusal refusal) =>
        mail.Priority == MailPriority.SignIn && (refusal.Reason == RefusalReason.Complained || mail.Attempts > 0 || await suppressions.MayProbe(refusal.Address));

    private static string Words(RefusalReason reason) => reason == RefusalReason.Complained ? "They marked an earlier mail as unwanted." : "The address refused an earlier mail for good.";
}
