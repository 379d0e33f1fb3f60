using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Promises;

/// <summary>The rows of what people ask about their data; each change commits with its mails.</summary>
public sealed class DataRequestRows(NpgsqlDataSource database, Ledger ledger, Outbox outbox, Keys keys, TimeProvider clock)
{
    /// <summary>Whoever takes back and asks again: no more of it than this, by one person in a day.</summary>
    public const int MostPerDay = 6;

    private const int MostListed = 200;
    private const string Columns = "id, reference, wish, email, dispatch_id, asked_at, due_at, runs_at, answered_at, outcome, reason, sent_until";

    private const string Mails = $"insert into outbox ({Outbox.Columns}) select m.* from {Outbox.Unnest} as m where exists (select from changed) on conflict do nothing";

    /// <summary>False when it is there already, or was asked too often.</summary>
    public async Task<bool> Add(TenantId tenant, DataRequest request, IReadOnlyList<OutgoingMail> mails) => await Write(
        $"""
        with changed as (
            insert into data_request (tenant_id, id, reference, wish, person, email, dispatch_id, asked_at, due_at) select @tenant, @id, @reference, @wish, @person, @email, @dispatch, @asked_at, @due_at
            where (select count(*) from data_request where tenant_id = @tenant and person = @person and asked_at > @asked_at - interval '1 day') < {MostPerDay}
            on conflict do nothing returning id
        ), mail as ({Mails})
        select count(*) from changed
        """,
        mails, new("tenant", tenant.Value), new("id", request.Id), new("reference", request.Reference), new("wish", (short)request.Wish), new("person", await HashOf(tenant, request.Who!)),
        new("email", NpgsqlDbType.Text) { Value = (object?)request.Who!.Email?.Value ?? DBNull.Value }, new("dispatch", NpgsqlDbType.Uuid) { Value = (object?)request.Who.Dispatch ?? DBNull.Value },
        new("asked_at", request.AskedAt), new("due_at", request.DueAt)) > 0;

    /// <summary>False when it was answered before.</summary>
    public async Task<bool> Answer(TenantId tenant, Guid id, DataOutcome outcome, string? reason, DateTimeOffset? sentUntil, IReadOnlyList<OutgoingMail> mails) => await Write(
        $"""
        with changed as (
            update data_request set answered_at = @now, outcome = @outcome, reason = @reason, sent_until = @until, runs_at = null where tenant_id = @tenant and id = @id and answered_at is null returning id
        ), mail as ({Mails})
        select count(*) from changed
        """,
        mails, new("tenant", tenant.Value), new("id", id), new("now", clock.GetUtcNow()), new("outcome", (short)outcome), new("reason", NpgsqlDbType.Text) { Value = (object?)reason ?? DBNull.Value },
        new("until", NpgsqlDbType.TimestampTz) { Value = (object?)sentUntil ?? DBNull.Value }) > 0;

    /// <summary>The person is gone: whatever they asked until then is answered by that, and says no more who it was.</summary>
    public async Task Remove(TenantId tenant, DataSubject person, DateTimeOffset until, IReadOnlyList<OutgoingMail> mails) => await Write(
        $"""
        with changed as (
            update data_request set answered_at = coalesce(answered_at, @now), outcome = coalesce(outcome, 2), email = null, dispatch_id = null, reason = null, decided_by = null, runs_at = null, sent_until = null
            where tenant_id = @tenant and person = @person and asked_at <= @until returning id
        ), mail as ({Mails})
        select count(*) from changed
        """,
        mails, new("tenant", tenant.Value), new("person", await HashOf(tenant, person)), new("now", clock.GetUtcNow()), new("until", until));

    public async Task<bool> Decide(TenantId tenant, Guid id, AccountId by, DateTimeOffset runsAt) => await ledger.Execute(
        "update data_request set decided_by = $3, runs_at = $4 where tenant_id = $1 and id = $2 and wish = 2 and answered_at is null and runs_at is null", tenant.Value, id, by.Value, runsAt) > 0;

    public async Task<bool> Undecide(TenantId tenant, Guid id) => await ledger.Execute(
        "update data_request set decided_by = null, runs_at = null where tenant_id = $1 and id = $2 and answered_at is null and runs_at > $3", tenant.Value, id, clock.GetUtcNow()) > 0;

    public Task Reminded(TenantId tenant, Guid id) => ledger.Execute("update data_request set reminded_at = $3 where tenant_id = $1 and id = $2", tenant.Value, id, clock.GetUtcNow());

    public async Task<DataRequest?> Read(TenantId tenant, Guid id) => (await ledger.Read($"select {Columns} from data_request where tenant_id = $1 and id = $2", Of, tenant.Value, id)).SingleOrDefault();

    public async Task<ImmutableArray<DataRequest>> Of(TenantId tenant, DataSubject person) =>
        [.. await ledger.Read($"select {Columns} from data_request where tenant_id = $1 and person = $2 order by asked_at desc, id desc limit {MostListed}", Of, tenant.Value, await HashOf(tenant, person))];

    public async Task<ImmutableArray<DataRequest>> All(TenantId tenant) =>
        [.. await ledger.Read($"select {Columns} from data_request where tenant_id = $1 order by answered_at desc nulls first, due_at, id limit {MostListed}", Of, tenant.Value)];

    public async Task<DataStanding> Standing(TenantId tenant) => (await ledger.Read(
        "select count(*), min(due_at) from data_request where tenant_id = $1 and answered_at is null", row => new DataStanding((int)row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1)), tenant.Value))[0];

    /// <summary>Removals whose time has come, with who decided on each.</summary>
    public Task<List<(DataRequest Request, AccountId By)>> ToRun(TenantId tenant) => ledger.Read(
        $"select {Columns}, decided_by from data_request where tenant_id = $1 and answered_at is null and runs_at <= $2 order by runs_at", row => (Of(row), new AccountId(row.GetString(12))), tenant.Value, clock.GetUtcNow());

    /// <summary>Those that are due soon, and of which the owner was not reminded.</summary>
    public Task<List<DataRequest>> ToRemind(TenantId tenant, TimeSpan warning) => ledger.Read(
        $"select {Columns} from data_request where tenant_id = $1 and answered_at is null and reminded_at is null and due_at <= $2 order by due_at", Of, tenant.Value, clock.GetUtcNow() + warning);

    /// <summary>When the next of either comes; null when none will.</summary>
    public async Task<DateTimeOffset?> Next(TenantId tenant, TimeSpan warning) => (await ledger.Read(
        "select min(least(runs_at, case when reminded_at is null then due_at - $2 end)) from data_request where tenant_id = $1 and answered_at is null", row => row.IsDBNull(0) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(0), tenant.Value, warning))[0];

    // Of one business only: who asked at two of them is not seen from it.
    private async Task<byte[]> HashOf(TenantId tenant, DataSubject person) => (await keys.Current()).Bytes("person", $"{tenant.Value}\n{person.Key}");

    private Task<long> Write(string sql, IReadOnlyList<OutgoingMail> mails, params NpgsqlParameter[] values) => Ledger.Ask(async () =>
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(values);
        outbox.AddTo(command.Parameters, mails);
        return (long)(await command.ExecuteScalarAsync())!;
    });

    private static DataRequest Of(NpgsqlDataReader row)
    {
        var (email, dispatch) = (row.IsDBNull(3) ? null : EmailAddress.Parse(row.GetString(3)), row.IsDBNull(4) ? (Guid?)null : row.GetGuid(4));
        return new DataRequest(
            row.GetGuid(0), row.GetString(1), (DataWish)row.GetInt16(2), email is null && dispatch is null ? null : new DataSubject(email, dispatch), row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6), Instant(row, 7), Instant(row, 8),
            row.IsDBNull(9) ? null : (DataOutcome)row.GetInt16(9), row.IsDBNull(10) ? null : row.GetString(10), Instant(row, 11));
    }

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
