using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Booking;

/// <summary>A tenant's appointments by their start, a page at a time by key.</summary>
public sealed class AppointmentLists(NpgsqlDataSource database)
{
    // Nothing lasts longer, so what touches a time began after this before it.
    private static readonly TimeSpan s_longest = Service.Longest;

    internal Task<List<Appointment>> Touching(TenantId tenant, DateTimeOffset from, DateTimeOffset to, Guid? host, int take) => Read(
        "status <> 1 and starts_at > @early and starts_at < @to and ends_at > @from and (@host::uuid is null or host_id = @host)", "starts_at, id", take, tenant,
        new("early", (from - s_longest).ToUniversalTime()), new("from", from.ToUniversalTime()), new("to", to.ToUniversalTime()), Id("host", host));

    internal Task<List<Appointment>> After(TenantId tenant, AppointmentCursor? after, DateTimeOffset? from, Guid? host, int take) => Read(
        "(@start::timestamptz is null or (starts_at, id) > (@start, @after)) and (@from::timestamptz is null or starts_at >= @from) and (@host::uuid is null or host_id = @host)", "starts_at, id", take, tenant,
        At("start", after?.Start), Id("after", after?.Id), At("from", from), Id("host", host));

    internal Task<List<Appointment>> Page(TenantId tenant, AppointmentQuery query, DateTimeOffset now, int take)
    {
        var (over, order, beyond) = query.Upcoming ? ("ends_at > @now", "starts_at, id", ">") : ("ends_at <= @now", "starts_at desc, id desc", "<");
        var patterns = query.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(8)
            .Select(word => $"%{StorableText.From(word, 60).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%").ToArray();
        return Read(
            $"""
            {over} and (@start::timestamptz is null or (starts_at, id) {beyond} (@start, @after)) and (@host::uuid is null or host_id = @host) and (@service::uuid is null or service_id = @service)
            and (@status::smallint is null or status = @status) and concat_ws(' ', reference, guest_name, guest_email, guest_phone, service_name) ilike all (@patterns)
            """,
            order, take, tenant, new("now", now), At("start", query.After?.Start), Id("after", query.After?.Id), Id("host", query.Host), Id("service", query.Service),
            new("status", NpgsqlTypes.NpgsqlDbType.Smallint) { Value = query.Status is { } status ? (short)status : DBNull.Value }, new("patterns", patterns));
    }

    internal Task<List<BlockedTime>> Blocks(TenantId tenant, DateTimeOffset from, DateTimeOffset to, Guid? host, int take) => Rows(
        $"select id, host_id, starts_at, ends_at, note from blocked_time where tenant_id = @tenant and starts_at < @to and ends_at > @from and (@host::uuid is null or host_id = @host) order by starts_at, id limit {take}",
        HostScheduleRows.Block, tenant, new("from", from.ToUniversalTime()), new("to", to.ToUniversalTime()), Id("host", host));

    public async Task<int> Ahead(TenantId tenant, DateTimeOffset now) =>
        (await Rows("select count(*) from appointment where tenant_id = @tenant and status = 0 and ends_at > @now", row => (int)row.GetInt64(0), tenant, At("now", now)))[0];

    private Task<List<Appointment>> Read(string where, string order, int take, TenantId tenant, params NpgsqlParameter[] values) =>
        Rows($"select {AppointmentRows.Columns} from appointment where tenant_id = @tenant and {where} order by {order} limit {take}", AppointmentRows.Of, tenant, values);

    private Task<List<T>> Rows<T>(string sql, Func<NpgsqlDataReader, T> read, TenantId tenant, params NpgsqlParameter[] values) => Ledger.Ask(async () =>
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new("tenant", tenant.Value));
        command.Parameters.AddRange(values);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await row.ReadAsync())
            rows.Add(read(row));
        return rows;
    });

    private static NpgsqlParameter At(string name, DateTimeOffset? value) => new(name, NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = value is { } at ? at.ToUniversalTime() : DBNull.Value };

    private static NpgsqlParameter Id(string name, Guid? value) => new(name, NpgsqlTypes.NpgsqlDbType.Uuid) { Value = value is { } id ? id : DBNull.Value };
}
