using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon.Operators;

[GrainType("upkeep"), StatelessWorker]
public sealed class UpkeepGrain(Ledger ledger, AuditLog audit, Outbox outbox, InstallationFacts facts, TimeProvider clock) : Grain, IUpkeepGrain
{
    private const int MostKinds = 50;
    private const int MostLines = 200;

    // Those whose arrival was reported after all are not stuck. What is written here is what the partial index of stuck mails holds.
    private const string Stuck = "o.status in (3, 4) and o.reported is distinct from 6";

    // The status as the grain of deliveries has it: an end that somebody chose is one that nothing is made of any more.
    private const string SendAgain =
        $"update outbox set {Outbox.Anew}, due_at = $1 where id = any (select id from chosen) and status in (3, 4) and body is not null returning id";

    private const string TakeBack =
        "update outbox set status = 5, batch = null, leased_until = null, body = null, rendered = null, untold = false where id = any (select id from chosen) and status in (3, 4) returning id";

    public async Task<StuckMailsPage?> Mails(string session, StuckMailsCursor? before)
    {
        if (await audit.Admit(session) is null)
            return null;
        var kinds = await ledger.Read(
            $"select o.status, coalesce(o.last_error, ''), count(*), min(o.created_at) from outbox o where {Stuck} group by 1, 2 order by 3 desc, 1, 2 limit {MostKinds}",
            row => new StuckKind((DeliveryStatus)row.GetInt16(0), row.GetString(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3)));
        var mails = await ledger.Read(
            $"""
            select o.id, o.kind, convert_from(s.payload, 'UTF8')::json -> 'Slug' ->> 'Value', o.status, o.attempts, coalesce(o.last_error, ''), o.created_at, o.body is not null
            from outbox o left join grain_state s on s.service_id = 'backsoon' and s.grain_type = 'tenant' and s.grain_key = 'tenant/' || o.tenant_id
            where {Stuck} and (o.created_at, o.id) < ($1, $2) order by o.created_at desc, o.id desc limit $3
            """,
            row => new StuckMail(row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), (DeliveryStatus)row.GetInt16(3), row.GetInt32(4), row.GetString(5), row.GetFieldValue<DateTimeOffset>(6), row.GetBoolean(7)),
            before?.QueuedAt ?? DateTimeOffset.MaxValue.AddYears(-1), before?.Id ?? Guid.AllBitsSet, IUpkeepGrain.PageSize + 1);
        return mails.Count > IUpkeepGrain.PageSize
            ? new([.. kinds], [.. mails[..IUpkeepGrain.PageSize]], new(mails[IUpkeepGrain.PageSize - 1].QueuedAt, mails[IUpkeepGrain.PageSize - 1].Id))
            : new([.. kinds], [.. mails], null);
    }

    public Task<int?> Mend(string session, Mending mending, Guid mail) =>
        Mend(session, mending, mending == Mending.Again ? OperatorAct.MailSentAgain : OperatorAct.MailWithdrawn, $"{mail:n}", "select $2::uuid as id", mail);

    // The words of an error are a provider's, and stay out of the log.
    public Task<int?> MendAll(string session, Mending mending, DeliveryStatus status, string error) =>
        Mend(session, mending, mending == Mending.Again ? OperatorAct.MailsSentAgain : OperatorAct.MailsWithdrawn, $"{status}",
            $"select o.id from outbox o where {Stuck} and o.status = $2 and coalesce(o.last_error, '') = $3 and ($4 or o.body is not null) order by o.created_at, o.id limit {IUpkeepGrain.AtOnce}",
            (short)status, error, mending == Mending.Withdraw);

    public async Task<LateTimers?> Late(string session)
    {
        if (await audit.Admit(session) is null)
            return null;
        var now = clock.GetUtcNow();
        var chains = await ledger.Read("select 'chains/' || shard, count(*), min(next_at) from dispatch where next_at < $1 group by shard order by 3", Line, now - OverviewGrain.Late);
        var reminders = facts.KnowsReminders ? await ledger.Read($"select split_part(grain_id, '/', 1) || ', ' || reminder_name, count(*), min(due_at) from reminder where due_at < $1 group by 1 order by 3 limit {MostLines}", Line, now - OverviewGrain.ReminderLate) : null;
        var writes = await ledger.Read("select case when parked then 'Given up' else 'Due' end, count(*), min(due_at) from calendar_write where parked or due_at < $1 group by 1 order by 3", Line, now - OverviewGrain.Late);
        var deletions = await ledger.Read(
            $"select id, asked_at, undo_until, deadline, (select count(*) from jsonb_object_keys(steps))::integer from deletion where done_at is null order by deadline limit {MostLines}",
            row => new OpenDeletion(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3), row.GetInt32(4)));
        var letters = await ledger.Read(
            $"""
            select reference, kind, received_at, due_at from letter where answered_at is null
            union all select reference, 0::smallint, asked_at, due_at from data_request where answered_at is null
            order by due_at limit {MostLines}
            """,
            row => new OpenLetter(row.GetString(0), row.GetInt16(1) is > 0 and var kind ? ((LetterKind)kind).ToString() : "Data", row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3)));
        return new([.. chains], reminders is null ? null : [.. reminders], [.. writes], [.. deletions], [.. letters]);
    }

    private async Task<int?> Mend(string session, Mending mending, OperatorAct act, string subject, string chosen, params object[] values)
    {
        if (await audit.Note(session, act, subject) is null)
            return null;
        var count = await ledger.Execute(
            $"""
            with chosen as ({chosen}), done as ({(mending == Mending.Again ? SendAgain : TakeBack)})
            insert into mail_attempt (mail_id, at, outcome) select id, $1, '{(mending == Mending.Again ? "asked" : "withdrawn")}' from done
            """,
            [clock.GetUtcNow(), .. values]);
        if (mending == Mending.Again && count > 0)
            outbox.Poke();
        return count;
    }

    private static LateTimer Line(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2));
}
