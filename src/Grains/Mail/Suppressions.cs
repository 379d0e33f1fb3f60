using Backsoon.Accounts;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Mail;

/// <summary>Addresses that are not written to, as keyed hashes: one that refuses mail by nobody, one that complained not by the business it complained about.</summary>
public sealed class Suppressions(Ledger ledger, Keys keys, TimeProvider clock)
{
    /// <summary>How often a person whose address bounced gets a sign-in mail all the same: a mailbox that is back must not lock its owner out.</summary>
    public static readonly TimeSpan ProbeEvery = TimeSpan.FromDays(1);

    public async ValueTask<byte[]> HashOf(EmailAddress address) => (await keys.Current()).Bytes("address", address.Canonical);

    /// <summary>Which of these addresses this business (or, without one, Backsoon itself) does not write to, and why.</summary>
    public async Task<Dictionary<EmailAddress, Refusal>> Of(TenantId? tenant, IEnumerable<EmailAddress> addresses)
    {
        var found = await Of(addresses.Distinct().Select(address => (tenant, address)));
        return found.ToDictionary(one => one.Key.To, one => one.Value);
    }

    public async Task<Dictionary<(TenantId? Tenant, EmailAddress To), Refusal>> Of(IEnumerable<(TenantId? Tenant, EmailAddress To)> mails)
    {
        var asked = new Dictionary<(TenantId?, EmailAddress), byte[]>();
        foreach (var mail in mails)
            asked[mail] = await HashOf(mail.To);
        var rows = await ledger.Read(
            "select address, tenant_id, reason, at from suppression where address = any ($1)",
            row => (Hash: Convert.ToHexString(row.GetFieldValue<byte[]>(0)), Tenant: row.IsDBNull(1) ? null : row.GetString(1), Reason: (RefusalReason)row.GetInt16(2), At: row.GetFieldValue<DateTimeOffset>(3)),
            (object)asked.Values.ToArray());
        var byHash = rows.ToLookup(row => row.Hash);
        var refusals = new Dictionary<(TenantId? Tenant, EmailAddress To), Refusal>();
        foreach (var ((tenant, to), hash) in asked)
        {
            // What concerns everybody is a refusal of all mail; a complaint concerns whom it was about.
            var row = byHash[Convert.ToHexString(hash)].Where(row => row.Tenant == tenant?.Value || row is { Tenant: null, Reason: RefusalReason.Bounced }).OrderBy(row => row.Reason).FirstOrDefault();
            if (row.Hash is not null)
                refusals[(tenant, to)] = new Refusal(to, row.Reason, row.At);
        }

        return refusals;
    }

    /// <summary>The address refused a mail for good while it was handed over.</summary>
    public async Task Add(EmailAddress address) => await ledger.Execute(
        "insert into suppression (address, reason, at) values ($1, 1, $2) on conflict (address, tenant_id) do update set reason = 1, at = excluded.at, tried_at = null", await HashOf(address), clock.GetUtcNow());

    /// <summary>True once a day: then one sign-in mail may go to an address that bounced.</summary>
    public async Task<bool> MayProbe(EmailAddress address)
    {
        var now = clock.GetUtcNow();
        return await ledger.Execute("update suppression set tried_at = $2 where address = $1 and tenant_id is null and coalesce(tried_at, at) <= $3", await HashOf(address), now, now - ProbeEvery) > 0;
    }

    /// <summary>False when nothing kept mail from it.</summary>
    public async Task<bool> Lift(TenantId tenant, EmailAddress address) =>
        await ledger.Execute("delete from suppression where address = $1 and (tenant_id = $2 or tenant_id is null and reason = 1)", await HashOf(address), tenant.Value) > 0;

    /// <summary>For mail of Backsoon itself, asked for by the person whose address it is.</summary>
    public async Task<bool> Lift(EmailAddress address) => await ledger.Execute("delete from suppression where address = $1 and tenant_id is null", await HashOf(address)) > 0;
}
