using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Mail;

/// <summary>The outbox as the pump sees it: what is due, what is leased, what came of it. Several mails are locked in the order of their ids, so that two pumps never wait for each other.</summary>
public sealed class MailQueue(NpgsqlDataSource database, TimeProvider clock)
{
    // One for each priority.
    private static readonly string[] s_beginning = ["", "", ""];

    private const string Claimed = "o.id, o.priority, o.kind, o.body, o.rendered, o.attempts, o.tenant_id, o.vendor_id is not null or o.recipient = 'Caller'";

    // Hops along the index from one tenant with mail to the next, in each priority from where it is told to begin. Ends at the tenant after so many that have something due.
    private const string Waiting = """
        with recursive hop (priority, tenant, due_at, before) as (
            select begin.priority - 1, first.tenant, first.due_at, 0 from unnest(@begin) with ordinality as begin (tenant, priority), lateral (
                select coalesce(tenant_id, '') as tenant, due_at from outbox
                where status = 0 and batch is null and outbox.priority = begin.priority - 1 and coalesce(tenant_id, '') >= begin.tenant
                order by coalesce(tenant_id, ''), due_at limit 1) first
            union all
            select hop.priority, following.tenant, following.due_at, hop.before + (hop.due_at <= @now)::int from hop, lateral (
                select coalesce(tenant_id, '') as tenant, due_at from outbox
                where status = 0 and batch is null and priority = hop.priority and coalesce(tenant_id, '') > hop.tenant
                order by coalesce(tenant_id, ''), due_at limit 1) following
            where hop.before < @most
        ), waiting as (
            select priority, tenant, due_at from hop where before < @most
        )
        """;

    // Mails that everybody waits for do not shut out the rest: after three of one tenant, another tenant's ordinary one has its turn.
    private const string Turn = "case priority when 0 then 0 when 1 then rank else rank + 3 end";

    // Each priority's tenant that comes after those of the last claim, empty where it came to the end. Only a hint: a process that does not know begins anew.
    private string[] _next = [.. s_beginning];

    /// <summary>
    /// Leases mails that are due and on no transport yet: sign-in first, then the others, tenant by tenant. Where more tenants wait than mails are wanted, each claim
    /// goes on where the last one ended, so that it costs the same however many wait.
    /// </summary>
    public async Task<List<ClaimedMail>> ClaimFresh(Guid claim, int most, TimeSpan lease)
    {
        // A person who signs in waits for nobody's turn.
        var begin = _next;
        begin[(int)MailPriority.SignIn] = "";
        _next = [.. s_beginning];
        var mails = await Claim(
            $"""
            {Waiting}, due as (
                select first.*, waiting.priority, row_number() over (partition by waiting.tenant, waiting.priority order by first.due_at, first.id) as rank
                from waiting, lateral (
                    select id, due_at from outbox
                    where status = 0 and batch is null and priority = waiting.priority and coalesce(tenant_id, '') = waiting.tenant and due_at <= @now
                    order by due_at limit (select greatest(4, @most / count(*)) from waiting)) first
            ), chosen as (
                select id from due order by {Turn}, due_at, id limit @most
            ), locked as (
                select id, status, batch from outbox where id = any(array(select id from chosen)) order by id for update skip locked
            )
            update outbox o set status = 1, batch = @batch, leased_until = @until from locked
            where o.id = locked.id and locked.status = 0 and locked.batch is null
            returning {Claimed}, array(select coalesce((select tenant from hop where hop.priority = each.priority and before = @most), '') from generate_series(0, 2) as each (priority) order by each.priority)
            """,
            row => _next = row.GetFieldValue<string[]>(8),
            new("now", clock.GetUtcNow()), new("most", most), new("begin", begin), new("batch", claim), new("until", clock.GetUtcNow() + lease));
        return mails.Count == 0 && begin.Any(tenant => tenant.Length > 0) ? await ClaimFresh(claim, most, lease) : mails;
    }

    /// <summary>Leases one batch, whole, whose outcome is not known and whose key the provider still knows. Null when none is due.</summary>
    public async Task<(Guid Batch, List<ClaimedMail> Mails)?> ClaimAgain(TimeSpan lease)
    {
        await using var command = database.CreateCommand("select batch from outbox where status = 0 and batch is not null and due_at <= @now order by due_at limit 1");
        command.Parameters.Add(new("now", clock.GetUtcNow()));
        if (await command.ExecuteScalarAsync() is not Guid batch)
            return null;

        // Not skip locked: with some of its mails the batch would be another body under the same key.
        var mails = await Claim(
            $"""
            with whole as (select id from outbox where batch = @batch and status = 0 order by id for update)
            update outbox o set status = 1, leased_until = @until from whole where o.id = whole.id returning {Claimed}
            """,
            _ => { },
            new("batch", batch), new("until", clock.GetUtcNow() + lease));
        return mails.Count == 0 ? null : (batch, mails);
    }

    /// <summary>Notes that the transport is about to be given these mails under this key, and says which of them are still ours to give.</summary>
    public async Task<HashSet<Guid>> Begin(Guid claim, Guid batch, IReadOnlyList<(Guid Id, byte[] Rendered)> mails, TimeSpan lease)
    {
        await using var command = database.CreateCommand(
            """
            with mine as (select id from outbox where id = any(@ids) and batch = @claim and status = 1 order by id for update)
            update outbox o set batch = @batch, rendered = mail.rendered, handover_at = coalesce(o.handover_at, @now), leased_until = @until
            from mine join unnest(@ids, @rendered) as mail (id, rendered) on mail.id = mine.id where o.id = mine.id returning o.id
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new("batch", batch), new("claim", claim), new("now", clock.GetUtcNow()), new("until", clock.GetUtcNow() + lease),
            new("ids", mails.Select(m => m.Id).ToArray()), new("rendered", mails.Select(m => m.Rendered).ToArray()),
        });
        await using var row = await command.ExecuteReaderAsync();
        var ours = new HashSet<Guid>(mails.Count);
        while (await row.ReadAsync())
            ours.Add(row.GetGuid(0));
        return ours;
    }

    /// <summary>Writes down what came of a batch. Mails that are gone, or that somebody else has by now, are left alone.</summary>
    public Task Record(Guid batch, IReadOnlyList<MailOutcome> outcomes) => Execute(
        """
        with mine as (
            select id from outbox where id = any(@ids) and batch = @batch and status in (1, 3) order by id for update
        ), came as (
            select * from unnest(@ids, @statuses, @dues, @keeps, @outcomes, @details, @providers, @reports) as came (id, status, due_at, keep, outcome, detail, provider_id, reported)
        ), recorded as (
            update outbox o set status = came.status, due_at = coalesce(came.due_at, o.due_at), leased_until = null, attempts = o.attempts + 1,
                batch = case when came.keep then o.batch end, handover_at = case when came.keep then o.handover_at end,
                sent_at = case when came.status = 2 then @now end, provider_id = came.provider_id, last_error = came.detail,
                body = case when came.status <> 2 then o.body end, rendered = case when came.status <> 2 then o.rendered end,
                reported = coalesce(came.reported, o.reported), reported_at = case when came.reported is null then o.reported_at else @now end,
                untold = o.untold or came.status in (4, 9, 10) and o.dispatch_id is not null and o.vendor_id is not null
            from mine join came on came.id = mine.id where o.id = mine.id
            returning o.id, o.tenant_id, came.status, came.outcome, came.detail, came.reported
        ), counted as (
            insert into mail_day (tenant_id, day, sent, bounced)
            select tenant_id, @day, count(*), count(*) filter (where reported = 7) from recorded where tenant_id is not null and (status = 2 or reported = 7) group by tenant_id order by tenant_id
            on conflict (tenant_id, day) do update set sent = mail_day.sent + excluded.sent, bounced = mail_day.bounced + excluded.bounced
        )
        insert into mail_attempt (mail_id, at, outcome, detail) select id, @now, outcome, detail from recorded
        """,
        new("batch", batch), new("now", clock.GetUtcNow()), new("day", MailReputation.DayOf(clock.GetUtcNow())),
        new("ids", outcomes.Select(o => o.Id).ToArray()),
        new("statuses", NpgsqlDbType.Array | NpgsqlDbType.Smallint) { Value = outcomes.Select(o => (short)o.Status).ToArray() },
        new("dues", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { Value = outcomes.Select(o => o.DueAt).ToArray() },
        new("keeps", outcomes.Select(o => o.KeepsBatch).ToArray()),
        new("outcomes", outcomes.Select(o => o.Outcome).ToArray()),
        new("details", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = outcomes.Select(o => o.Detail).ToArray() },
        new("providers", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = outcomes.Select(o => o.ProviderId).ToArray() },
        new("reports", NpgsqlDbType.Array | NpgsqlDbType.Smallint) { Value = outcomes.Select(o => (short?)o.Reported).ToArray() });

    /// <summary>
    /// Sees to mails whose pump died: those no transport was given go back, those a provider knows by key are asked about, the rest is unknown. Withdraws those that
    /// are of no use any more. Waits for whoever holds one of them: a batch with some of its mails would be another body under the same key.
    /// </summary>
    public Task Settle(TimeSpan keyLife) => Execute(
        """
        with useless as (
            select id from outbox where status = 0 and batch is null and useless_after <= @now order by id for update
        ), withdrawn as (
            update outbox o set status = 5, body = null, rendered = null from useless where o.id = useless.id returning o.id
        )
        insert into mail_attempt (mail_id, at, outcome) select id, @now, 'withdrawn' from withdrawn;
        with late as (
            select id, leased_until, case when handover_at is null then 'back' when handover_at > @known then 'again' else 'unknown' end as fate from outbox
            where batch is not null and (status = 1 and leased_until <= @now or status = 0 and handover_at <= @known)
            order by id for update
        ), settled as (
            update outbox o set status = case fate when 'unknown' then 3 else 0 end, leased_until = null,
                batch = case fate when 'back' then null else o.batch end,
                attempts = o.attempts + case when fate = 'back' or late.leased_until is null then 0 else 1 end,
                last_error = case fate when 'back' then o.last_error else @lost end
            from late where o.id = late.id returning o.id, late.fate
        )
        insert into mail_attempt (mail_id, at, outcome, detail) select id, @now, 'unknown', @lost from settled where fate <> 'back'
        """,
        new("now", clock.GetUtcNow()), new("known", clock.GetUtcNow() - keyLife), new("lost", "The provider was given the mail, and its answer was lost."));

    /// <summary>After the clock was set back by so much: what waits, waits as long as it would have, and a provider has known a batch as long as it has.</summary>
    public Task SetBack(TimeSpan by) => Execute(
        "update outbox set due_at = case when due_at > @now then due_at - @by else due_at end, leased_until = leased_until - @by, handover_at = handover_at - @by where status in (0, 1)",
        new NpgsqlParameter("now", clock.GetUtcNow()), new NpgsqlParameter("by", by));

    /// <summary>Gives back what was claimed and not begun.</summary>
    public Task Release(Guid claim) =>
        Execute("update outbox set status = 0, batch = null, leased_until = null where batch = @claim and status = 1 and handover_at is null", new NpgsqlParameter("claim", claim));

    /// <summary>When the next mail is due or the next lease ends; null when nothing waits.</summary>
    public async Task<DateTimeOffset?> NextDue()
    {
        await using var command = database.CreateCommand(
            $"{Waiting} select least((select min(due_at) from waiting), (select min(case status when 0 then due_at else leased_until end) from outbox where status in (0, 1) and batch is not null))");
        command.Parameters.AddRange(new NpgsqlParameter[] { new("now", clock.GetUtcNow()), new("most", int.MaxValue), new("begin", s_beginning) });
        return await command.ExecuteScalarAsync() is DateTime due ? new DateTimeOffset(due) : null;
    }

    /// <param name="first">Reads what the first row says of the claim as a whole.</param>
    private async Task<List<ClaimedMail>> Claim(string sql, Action<NpgsqlDataReader> first, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var row = await command.ExecuteReaderAsync();
        var mails = new List<ClaimedMail>();
        while (await row.ReadAsync())
        {
            if (mails.Count == 0)
                first(row);
            mails.Add(new(
                row.GetGuid(0), (MailPriority)row.GetInt16(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3), row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4), row.GetInt32(5),
                row.IsDBNull(6) ? null : new TenantId(row.GetString(6)), row.GetBoolean(7)));
        }

        // Always the same order, so that a batch that is asked about again is the same bytes.
        mails.Sort((one, other) => (one.Priority, one.Id).CompareTo((other.Priority, other.Id)));
        return mails;
    }

    private async Task<int> Execute(string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync();
    }
}

/// <param name="IsOrdinary">Whether it goes to somebody a business writes to: a vendor or a caller.</param>
public sealed record ClaimedMail(Guid Id, MailPriority Priority, string Kind, byte[]? Body, byte[]? Rendered, int Attempts, TenantId? Tenant, bool IsOrdinary);
