using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Billing;

/// <summary>The rows of billing: who is whose customer, what Stripe reported, and what was paid.</summary>
public sealed class BillingRows(Ledger ledger, Keys keys, TimeProvider clock)
{
    private const int Batch = 100;
    private const int Page = 20;

    // Well beyond the three days for which Stripe would try.
    private static readonly TimeSpan s_longestTried = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_seldom = TimeSpan.FromHours(6);

    /// <summary>Notes that the trial has begun; the row is what tells so. Fails when the business is gone.</summary>
    public Task Begin(TenantId tenant) => ledger.Execute("insert into billing_account (tenant_id, begun_at) values ($1, $2) on conflict do nothing", tenant.Value, clock.GetUtcNow());

    public Task Know(TenantId tenant, string customer) => ledger.Execute(
        "insert into billing_account (tenant_id, begun_at, customer_id) values ($1, $2, $3) on conflict (tenant_id) do update set customer_id = excluded.customer_id", tenant.Value, clock.GetUtcNow(), customer);

    public async Task<TenantId?> Of(string customer) =>
        await ledger.Read("select tenant_id from billing_account where customer_id = $1", row => new TenantId(row.GetString(0)), customer) is [var tenant, ..] ? tenant : null;

    /// <summary>Businesses whose trial has not begun.</summary>
    public Task<List<TenantId>> New() => ledger.Read(
        $"select id from tenant where erasing_at is null and not exists (select from billing_account where tenant_id = tenant.id) order by founded_at limit {Batch}", row => new TenantId(row.GetString(0)));

    /// <summary>Businesses whose trial has begun, some at a time in order of their ids.</summary>
    public Task<List<TenantId>> Begun(string after) => ledger.Read($"select tenant_id from billing_account where tenant_id > $1 order by tenant_id limit {Batch}", row => new TenantId(row.GetString(0)), after);

    public async Task<bool> Keep(BillingEvent reported) => await ledger.Execute(
        "insert into billing_event (event_id, type, received_at, subject_id, customer_id, subscription_id, due_at) values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $3) on conflict do nothing",
        reported.Id, reported.Type, clock.GetUtcNow(), reported.Subject, reported.Customer ?? "", reported.Subscription ?? "") == 1;

    public Task<List<(BillingEvent Event, int Attempts, DateTimeOffset At)>> Due() => ledger.Read(
        $"select event_id, type, subject_id, customer_id, subscription_id, attempts, received_at from billing_event where processed_at is null and due_at <= $1 order by due_at, event_id limit {Batch}",
        row => (new BillingEvent(row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)), row.GetInt32(5), row.GetFieldValue<DateTimeOffset>(6)),
        clock.GetUtcNow());

    /// <summary>When the next one is to be tried again; null when none is left.</summary>
    public async Task<DateTimeOffset?> Next() =>
        await ledger.Read("select min(due_at) from billing_event where processed_at is null", row => row.IsDBNull(0) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(0)) is [{ } next] ? next : null;

    public Task Settle(BillingEvent done) => ledger.Execute(
        "update billing_event set processed_at = $2, subject_id = null, customer_id = null, subscription_id = null where event_id = $1", done.Id, clock.GetUtcNow());

    /// <summary>False when it has been tried for so long that it is given up.</summary>
    public async Task<bool> Later(BillingEvent tried, int attempts, DateTimeOffset since)
    {
        var now = clock.GetUtcNow();
        if (now - since > s_longestTried)
            return false;
        await ledger.Execute("update billing_event set due_at = $2, attempts = $3 where event_id = $1", tried.Id, now + (RetrySchedule.AfterAttempt(attempts + 1, null, Random.Shared.NextDouble()) ?? s_seldom), attempts + 1);
        return true;
    }

    /// <summary>Notes what was paid, once.</summary>
    public async Task Record(TenantId tenant, StripeInvoice paid)
    {
        var at = StripeSubscription.At(paid.Transitions?.PaidAt ?? paid.Created)!.Value;
        await ledger.Execute(
            "insert into billing_record (invoice_id, payer, amount, currency, paid_at, period_start, period_end) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            paid.Id, (await keys.Current()).Bytes("payer", tenant.Value), paid.AmountPaid, paid.Currency ?? "", at, StripeSubscription.At(paid.PeriodStart) ?? (object)DBNull.Value, StripeSubscription.At(paid.PeriodEnd) ?? (object)DBNull.Value);
    }

    /// <summary>What a business has paid, for as long as it is there to ask: the hash leads from it to the rows, and not back.</summary>
    public async Task<PaymentPage> Payments(TenantId tenant, PaymentCursor? before)
    {
        var found = await ledger.Read(
            $"""
            select invoice_id, paid_at, amount, currency, period_start, period_end from billing_record
            where payer = $1 and amount > 0 and ($2::timestamptz is null or (paid_at, invoice_id) < ($2, $3)) order by paid_at desc, invoice_id desc limit {Page + 1}
            """,
            row => new Payment(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.GetInt64(2), row.GetString(3), At(row, 4), At(row, 5)),
            (await keys.Current()).Bytes("payer", tenant.Value), (object?)before?.PaidAt.ToUniversalTime() ?? DBNull.Value, before?.Invoice ?? "");
        return new([.. found.Take(Page)], found.Count > Page ? new(found[Page - 1].PaidAt, found[Page - 1].Invoice) : null);

        static DateTimeOffset? At(Npgsql.NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }
}
