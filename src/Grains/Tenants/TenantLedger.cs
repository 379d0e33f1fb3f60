using System.Collections.Immutable;
using Backsoon.Storage;

namespace Backsoon.Tenants;

/// <summary>A tenant's rows: the first ones, and the end of all of them.</summary>
public sealed class TenantLedger(Ledger ledger, TimeProvider clock)
{
    private const int Batch = 5_000;

    // Those that others refer to last; what refers to a row with "on delete cascade" goes with it. The outbox is told apart as its indexes are.
    private static readonly ImmutableArray<(string Table, string Where)> s_rows =
        [("development_mail", ""), ("outbox", "and dispatch_id is not null"), ("outbox", "and dispatch_id is null"), ("calendar_write", ""), ("calendar_event", ""), ("dispatch_unread", ""), ("archive_piece", ""), ("archive", ""), ("photo_chunk", ""), ("photo", ""), ("dispatch", ""), ("appointment", ""), ("blocked_time", ""), ("rule", ""), ("vendor", ""), ("subject", ""), ("category", "")];

    /// <summary>Repeating it changes nothing.</summary>
    public Task Found(TenantId tenant, DateTimeOffset now, ImmutableArray<StarterCategory> categories) => ledger.Execute(
        """
        with founded as (insert into tenant (id, founded_at) values ($1, $2) on conflict do nothing returning id)
        insert into category (tenant_id, id, name, urgent, active, position)
        select founded.id, starter.id, starter.name, starter.urgent, true, starter.position
        from founded, unnest($3, $4, $5) with ordinality as starter (id, name, urgent, position)
        """,
        tenant.Value, now, categories.Select(_ => Guid.CreateVersion7(now)).ToArray(), categories.Select(c => c.Name).ToArray(), categories.Select(c => c.Urgent).ToArray());

    /// <summary>Says in the ledger that the tenant is going.</summary>
    public Task Mark(TenantId tenant, DateTimeOffset since) => ledger.Execute("update tenant set erasing_at = $2 where id = $1 and erasing_at is null", tenant.Value, since);

    /// <summary>Deletes in batches for about as long as given; true when nothing is left, the tenant's own row included.</summary>
    public async Task<bool> EraseFor(TenantId tenant, TimeSpan time)
    {
        var began = clock.GetTimestamp();
        foreach (var (table, where) in s_rows)
        {
            int deleted;
            do
            {
                if (clock.GetElapsedTime(began) > time)
                    return false;
                deleted = await ledger.Execute($"delete from {table} where ctid = any (array(select ctid from {table} where tenant_id = $1 {where} limit {Batch}))", tenant.Value);
            }
            while (deleted == Batch);
        }

        await ledger.Execute("delete from tenant where id = $1", tenant.Value);
        return true;
    }
}
