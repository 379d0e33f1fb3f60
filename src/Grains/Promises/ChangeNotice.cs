using System.Text.Json;
using Backsoon.Storage;

namespace Backsoon.Promises;

/// <summary>How long before a change of the policy took effect, or will, the last of its owners was told.</summary>
public static class ChangeNotice
{
    private static readonly TimeSpan s_memory = TimeSpan.FromDays(90);

    public static async Task<TimeSpan?> Shortest(Ledger ledger, DateTimeOffset now)
    {
        var kept = (await ledger.Read("select payload from grain_state where grain_type = 'policy' and payload is not null", row => row.GetFieldValue<byte[]>(0))).SingleOrDefault();
        if (kept is null || JsonSerializer.Deserialize<PolicyState>(kept) is not { AnnouncedAt: { } announced } state)
            return null;
        var (effect, inForce) = state.Next is { } next ? (state.NextAt, state.NextAt <= now ? next : state.InForce) : (state.Since, state.InForce);
        // One that was taken back never takes effect; and what was announced under a policy that promised less kept that one.
        if (effect <= announced || effect < now - s_memory || state.Promised < inForce!.ChangeNotice)
            return null;

        // A mail that waits has told nobody yet. Whoever gets another one is told by the first; who came after the announcement came knowing.
        var mails = (await ledger.Read(
            """
            select max(told) from (
                select min(case when status in (0, 1) then $3 else coalesce(sent_at, created_at) end) told from outbox left join tenant on tenant.id = tenant_id
                where kind = 'policy-change' and created_at between $1 and $2 and (founded_at is null or founded_at <= $1) group by coalesce(tenant_id, account_id)) each
            """,
            row => row.IsDBNull(0) ? announced : row.GetFieldValue<DateTimeOffset>(0), announced, effect, now)).Single();
        var last = state.Told is null || state.ToldBy is not null ? mails : now;
        return effect > last ? effect - last : TimeSpan.Zero;
    }

    /// <summary>Whether a mail about it was tried for the first time after this instant, or not yet. One that a provider put off counts as tried.</summary>
    public static async Task<bool> WentOutAfter(Ledger ledger, DateTimeOffset last, DateTimeOffset? announced) => (await ledger.Read(
        "select exists (select from outbox where kind = 'policy-change' and created_at >= $2 and (status in (0, 1) and attempts = 0 or status = 2 and attempts = 1 and sent_at > $1))",
        row => row.GetBoolean(0), last, announced ?? last)).Single();

    /// <summary>Takes back what was not sent yet: it names a day that is no longer right.</summary>
    public static Task Withdraw(Ledger ledger, DateTimeOffset now) => ledger.Execute(
        """
        with withdrawn as (
            update outbox set status = 5, body = null, rendered = null where kind = 'policy-change' and status = 0 and batch is null returning id
        )
        insert into mail_attempt (mail_id, at, outcome) select id, $1, 'withdrawn' from withdrawn
        """,
        now);
}
