using Backsoon.Promises;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon.Operators;

[GrainType("overview"), StatelessWorker]
public sealed class OverviewGrain(Ledger ledger, AuditLog audit, InstallationFacts facts, TimeProvider clock) : Grain, IOverviewGrain
{
    /// <summary>A reminder is never exactly on time: from then on it is late.</summary>
    internal static readonly TimeSpan ReminderLate = TimeSpan.FromMinutes(3);

    /// <summary>A chain has a timer of its own, and a calendar too: from then on they are late.</summary>
    internal static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private const string Counts =
        """
        select (select max(name) from migration), pg_database_size(current_database()),
               (select count(*) from tenant), (select count(*) from grain_state where grain_type = 'tenant' and tenant_is_off(payload)), (select count(*) from tenant where erasing_at is not null),
               (select count(*) from tenant where founded_at > $1::timestamptz - interval '7 days'),
               (select count(*) from outbox where status = 3), (select count(*) from outbox where status = 4),
               (select count(*) from calendar_write where parked), (select count(*) from breach where notified_at is null)
        """;

    private const string Backlogs =
        """
        select count(*), min(next_at) from dispatch where next_at < $2
        union all select count(*), min(due_at) from reminder where due_at < $1
        union all select count(*), min(due_at) from calendar_write where not parked and due_at < $2
        union all select count(*), min(deadline) from deletion where done_at is null
        union all select count(*), min(due_at) from letter where answered_at is null
        union all select count(*), min(due_at) from data_request where answered_at is null
        """;

    public async Task<Overview?> Read(string session)
    {
        if (await audit.Admit(session) is null)
            return null;
        var now = clock.GetUtcNow();
        var backlogs = await ledger.Read(Backlogs, Backlog, now - ReminderLate, now - Late);
        var queued = await ledger.Read(
            "select priority, count(*), min(due_at) from outbox where status = 0 and batch is null group by priority order by priority",
            row => new Queued(row.GetInt16(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2)));
        var counts = (await ledger.Read(
            Counts,
            row => (Schema: row.GetString(0), Bytes: row.GetInt64(1), Tenants: new Tally(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)), Unknown: row.GetInt64(6), Parked: row.GetInt64(7), ParkedWrites: row.GetInt64(8), Breaches: row.GetInt64(9)),
            now))[0];
        var promises = await GrainFactory.GetGrain<IChecksGrain>(IChecksGrain.Key).Read();
        return new(
            new(InstallationFacts.Version, counts.Schema, facts.Host, facts.Since, counts.Bytes), counts.Tenants, [.. queued], counts.Unknown, counts.Parked,
            backlogs[0], facts.KnowsReminders ? backlogs[1] : null, backlogs[2], counts.ParkedWrites, backlogs[3], backlogs[4], backlogs[5], counts.Breaches, promises);
    }

    private static Backlog Backlog(NpgsqlDataReader row) => new(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1));
}
