using System.Collections.Immutable;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>What is taken of a host's time from yesterday on, as the rows say.</summary>
public sealed record HostSchedule(ImmutableArray<Sitting> Sittings, ImmutableArray<BlockedTime> Blocks, DateTimeOffset ReadAt);

/// <summary>The rows that take a host's time.</summary>
public sealed class HostScheduleRows(Ledger ledger)
{
    // Slots are looked for from now on; what began a little earlier may reach into that, and counts for the day's cap.
    private static readonly TimeSpan s_past = TimeSpan.FromDays(2);

    internal async Task<HostSchedule> Read(TenantId tenant, Guid host, DateTimeOffset now)
    {
        var sittings = await ledger.Read(
            "select id, service_id, starts_at, ends_at, guard_from, guard_until from appointment where tenant_id = $1 and host_id = $2 and starts_at > $3 and status <> 1",
            row => new Sitting(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5), IsHeld: false),
            tenant.Value, host, now - s_past);
        var blocks = await ledger.Read(
            "select id, host_id, starts_at, ends_at, note from blocked_time where tenant_id = $1 and host_id = $2 and ends_at > $3", Block, tenant.Value, host, now - s_past);
        return new HostSchedule([.. sittings], [.. blocks], now);
    }

    /// <summary>False when the tenant is gone.</summary>
    internal async Task<bool> Put(TenantId tenant, BlockedTime block) => await ledger.Execute(
        """
        insert into blocked_time (tenant_id, id, host_id, starts_at, ends_at, note) select $1, $2, $3, $4, $5, $6 from tenant where id = $1
        on conflict (tenant_id, id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, note = excluded.note where blocked_time.host_id = excluded.host_id
        """,
        tenant.Value, block.Id, block.Host, block.Start.ToUniversalTime(), block.End.ToUniversalTime(), StorableText.From(block.Note, BlockedTime.MaxNote)) == 1;

    internal async Task<bool> Remove(TenantId tenant, Guid host, Guid block) => await ledger.Execute("delete from blocked_time where tenant_id = $1 and host_id = $2 and id = $3", tenant.Value, host, block) == 1;

    internal static BlockedTime Block(Npgsql.NpgsqlDataReader row) => new(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3), row.GetString(4));
}
