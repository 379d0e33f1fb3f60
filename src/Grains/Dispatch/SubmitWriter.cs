using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Dispatch;

/// <summary>New requests with their events and mails: what arrives together is one statement, one transaction, one round trip.</summary>
public sealed class SubmitWriter(NpgsqlDataSource database, Outbox outbox, IGrainFactory grains, TimeProvider clock) : GatheringWriter<NewRequest, WrittenRequest>(clock)
{
    // For this commit only. Planning for these very rows takes longer than inserting them, and there is but one way to do it.
    private const string PlanOnce = "select set_config('plan_cache_mode', 'force_generic_plan', true)";

    private const string Insert =
        $"""
        with fresh as (
            insert into dispatch (tenant_id, id, reference, received_at, subject_id, subject_label, subject_reference, category_id, category_name, urgent, caller_name, caller_phone, caller_email, body, fingerprint, source,
                plan, status, step, with_id, with_name, next_at, next_kind, answer_by, held_since, shard, is_test)
            select * from unnest(@tenant, @id, @reference, @received_at, @subject_id, @subject_label, @subject_reference, @category_id, @category_name, @urgent, @caller_name, @caller_phone, @caller_email, @body, @fingerprint, @source,
                @plan, @status, @step, @with_id, @with_name, @next_at, @next_kind, @answer_by, @held_since, @shard, @is_test)
            on conflict do nothing
            returning tenant_id, id
        ), event as (
            insert into dispatch_event (tenant_id, dispatch_id, seq, at, kind, who, vendor_id, text)
            select e.* from unnest(@event_tenant, @event_dispatch, @event_seq, @event_at, @event_kind, @event_who, @event_vendor, @event_text) as e(tenant_id, dispatch_id, seq, at, kind, who, vendor_id, text)
            join fresh on fresh.tenant_id = e.tenant_id and fresh.id = e.dispatch_id
        ), mail as (
            insert into outbox ({Outbox.Columns})
            select m.* from {Outbox.Unnest} as m({Outbox.Columns})
            join fresh on fresh.tenant_id = m.tenant_id and fresh.id = m.dispatch_id
        ), unread as (
            insert into dispatch_unread (tenant_id, dispatch_id) select tenant_id, id from fresh
        )
        select tenant_id, id from fresh
        """;

    private const string Existing = "select d.tenant_id, d.id, d.fingerprint from dispatch d join unnest($1, $2) as k(tenant_id, id) on d.tenant_id = k.tenant_id and d.id = k.id";

    protected override async Task<WrittenRequest[]> Commit(IReadOnlyList<NewRequest> rows)
    {
        await using var connection = await database.OpenConnectionAsync();
        var fresh = new HashSet<(string, Guid)>(rows.Count);
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { new(PlanOnce), new(Insert) } })
        {
            AddTo(batch.BatchCommands[1].Parameters, rows);
            outbox.AddTo(batch.BatchCommands[1].Parameters, [.. rows.SelectMany(row => row.Mails)]);
            await batch.PrepareAsync();
            await using var reader = await batch.ExecuteReaderAsync();
            await reader.NextResultAsync();
            while (await reader.ReadAsync())
                fresh.Add((reader.GetString(0), reader.GetGuid(1)));
        }

        Tell(rows);
        var known = fresh.Count == rows.Count ? [] : await Read(connection, rows.Where(row => !fresh.Contains(row.Key)));
        return [.. rows.Select(row => new WrittenRequest(fresh.Contains(row.Key) ? row.Request.Fingerprint : known.GetValueOrDefault(row.Key)))];
    }

    // Once for all that were committed together; a sweep each minute finds what is due later.
    private void Tell(IReadOnlyList<NewRequest> rows)
    {
        outbox.Poke();
        foreach (var tenant in rows.Select(row => row.Request.Tenant).Distinct())
            _ = grains.For(tenant).Board().Changed();
        foreach (var soon in rows.Where(row => row.Request.NextAt is not null).GroupBy(row => row.Shard))
            Shards.Expect(grains, soon.Key, soon.Min(row => row.Request.NextAt), Clock);
    }

    private static async Task<Dictionary<(string, Guid), byte[]>> Read(NpgsqlConnection connection, IEnumerable<NewRequest> rows)
    {
        var keys = rows.Select(row => row.Request).ToArray();
        await using var command = new NpgsqlCommand(Existing, connection) { Parameters = { new() { Value = Array.ConvertAll(keys, key => key.Tenant.Value) }, new() { Value = Array.ConvertAll(keys, key => key.Id) } } };
        await using var reader = await command.ExecuteReaderAsync();
        var known = new Dictionary<(string, Guid), byte[]>();
        while (await reader.ReadAsync())
            known[(reader.GetString(0), reader.GetGuid(1))] = reader.GetFieldValue<byte[]>(2);
        return known;
    }

    private static void AddTo(NpgsqlParameterCollection parameters, IReadOnlyList<NewRequest> rows)
    {
        Add("tenant", NpgsqlDbType.Text, r => r.Tenant.Value);
        Add("id", NpgsqlDbType.Uuid, r => r.Id);
        Add("reference", NpgsqlDbType.Text, r => r.Reference);
        Add("received_at", NpgsqlDbType.TimestampTz, r => r.ReceivedAt);
        Add("subject_id", NpgsqlDbType.Uuid, r => r.Subject);
        Add("subject_label", NpgsqlDbType.Text, r => r.SubjectLabel);
        Add("subject_reference", NpgsqlDbType.Text, r => r.SubjectReference);
        Add("category_id", NpgsqlDbType.Uuid, r => r.Category);
        Add("category_name", NpgsqlDbType.Text, r => r.CategoryName);
        Add("urgent", NpgsqlDbType.Boolean, r => r.Urgent);
        Add("caller_name", NpgsqlDbType.Text, r => r.CallerName);
        Add("caller_phone", NpgsqlDbType.Text, r => r.CallerPhone);
        Add("caller_email", NpgsqlDbType.Text, r => r.CallerEmail?.Value);
        Add("body", NpgsqlDbType.Text, r => r.Text);
        Add("fingerprint", NpgsqlDbType.Bytea, r => r.Fingerprint);
        AddRow("source", NpgsqlDbType.Bytea, row => row.Source.Length == 0 ? null : row.Source);
        Add("plan", NpgsqlDbType.Json, r => PlanJson.Write(r.Plan, r.Repeat));
        Add("status", NpgsqlDbType.Smallint, r => (short)r.Status);
        Add("step", NpgsqlDbType.Integer, r => r.Step);
        Add("with_id", NpgsqlDbType.Uuid, r => r.With);
        Add("with_name", NpgsqlDbType.Text, r => r.WithName);
        Add("next_at", NpgsqlDbType.TimestampTz, r => r.NextAt);
        Add("next_kind", NpgsqlDbType.Smallint, r => (short?)r.Next?.Kind);
        Add("answer_by", NpgsqlDbType.TimestampTz, r => r.AnswerBy);
        Add("held_since", NpgsqlDbType.TimestampTz, r => r.HeldSince);
        AddRow("shard", NpgsqlDbType.Smallint, row => row.Shard);
        Add("is_test", NpgsqlDbType.Boolean, r => r.IsTest);

        var events = rows.SelectMany(row => row.Request.Events.Select((e, seq) => (row.Request, Event: e, Seq: seq))).ToArray();
        AddEvent("event_tenant", NpgsqlDbType.Text, e => e.Request.Tenant.Value);
        AddEvent("event_dispatch", NpgsqlDbType.Uuid, e => e.Request.Id);
        AddEvent("event_seq", NpgsqlDbType.Integer, e => e.Seq);
        AddEvent("event_at", NpgsqlDbType.TimestampTz, e => e.Event.At);
        AddEvent("event_kind", NpgsqlDbType.Smallint, e => (short)e.Event.Kind);
        AddEvent("event_who", NpgsqlDbType.Text, e => e.Event.Who);
        AddEvent("event_vendor", NpgsqlDbType.Uuid, e => e.Event.Vendor);
        AddEvent("event_text", NpgsqlDbType.Text, e => e.Event.Text);

        void Add<T>(string name, NpgsqlDbType type, Func<Request, T> value) => AddRow(name, type, row => value(row.Request));
        void AddRow<T>(string name, NpgsqlDbType type, Func<NewRequest, T> value) => parameters.Add(new(name, NpgsqlDbType.Array | type) { Value = rows.Select(value).ToArray() });
        void AddEvent<T>(string name, NpgsqlDbType type, Func<(Request Request, DispatchEvent Event, int Seq), T> value) => parameters.Add(new(name, NpgsqlDbType.Array | type) { Value = Array.ConvertAll(events, e => value(e)) });
    }
}

public sealed record NewRequest(Request Request, byte[] Source, IReadOnlyList<OutgoingMail> Mails)
{
    public short Shard { get; } = Shards.Of(Request.Id);

    public (string, Guid) Key => (Request.Tenant.Value, Request.Id);
}

/// <param name="Fingerprint">Of what was written under this id first: this form, or an earlier one. Null when that has been erased since.</param>
public sealed record WrittenRequest(byte[]? Fingerprint);
