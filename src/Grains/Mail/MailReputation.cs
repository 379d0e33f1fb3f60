using System.Collections.Immutable;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Mail;

/// <summary>How the mail of businesses fares, and what they may send therefore (R28): one that writes to addresses that do not exist, or to people who do not want it, spoils the delivery of everybody's.</summary>
public sealed class MailReputation(Ledger ledger, TimeProvider clock)
{
    public const int FewestMails = 20;
    public const int FewestComplaints = 2;
    public const double MostBounced = 0.05;
    public const double MostComplained = 0.001;

    private const int Days = 7;

    public async Task<MailStanding> Of(TenantId tenant) => (await Of([tenant])).GetValueOrDefault(tenant, MailStanding.Untried);

    public async Task<Dictionary<TenantId, MailStanding>> Of(ImmutableArray<TenantId> tenants)
    {
        var rows = await ledger.Read(
            "select tenant_id, sum(sent)::integer, sum(bounced)::integer, sum(complained)::integer from mail_day where tenant_id = any ($1) and day > $2 group by tenant_id",
            row => (Tenant: new TenantId(row.GetString(0)), Standing: Judge(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3))),
            tenants.Select(tenant => tenant.Value).ToArray(), DayOf(clock.GetUtcNow()).AddDays(-Days));
        return rows.ToDictionary(row => row.Tenant, row => row.Standing);
    }

    /// <summary>Slowed beyond the limits, stopped beyond twice as much.</summary>
    public static MailStanding Judge(int sent, int bounced, int complained)
    {
        bool Beyond(int times) =>
            sent >= FewestMails && bounced > sent * MostBounced * times || complained >= FewestComplaints * times && complained > sent * MostComplained * times;
        return new(Beyond(2) ? MailPace.Stopped : Beyond(1) ? MailPace.Slowed : MailPace.Free, sent, bounced, complained);
    }

    /// <summary>The row that an instant counts for.</summary>
    public static DateTimeOffset DayOf(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);
}
