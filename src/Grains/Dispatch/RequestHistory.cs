using System.Text;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Dispatch;

/// <summary>A tenant's requests by filter and words, newest first, a page at a time by key: page 20,000 costs what page 1 does.</summary>
public sealed class RequestHistory(NpgsqlDataSource database, RequestWords unread)
{
    // How many rows one call looks at for what few of them may have; then the page says where to go on.
    public const int Window = 20_000;

    // Of so many requests, the newest, it is counted how many have the words: by that one sees whether to walk back from the newest, or to go by the index of words.
    public const int Probe = 1_000;

    private const int OftenInProbe = 25;
    private const int MostQuoted = 200;

    /// <param name="columns">Of the request, which is <c>d</c>.</param>
    internal async Task<Found<T>> Read<T>(TenantId tenant, HistoryFilter filter, HistoryCursor? before, int take, string columns, Func<NpgsqlDataReader, T> read)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(filter.Query))
                return await Walk(From("select * from dispatch where tenant_id = @tenant", "id", tenant, filter, before), null, filter, take, columns, read);
            if (before is null && RequestReference.Read(filter.Query) is { } reference && await ByReference(tenant, filter, reference, columns, read) is { Rows.Count: > 0 } quoted)
                return quoted;
            if (SearchWords.Query(tenant, filter.Query) is not { } words)
                return new Found<T>([], null);

            var allRead = await unread.CatchUp(tenant);
            var rows = From("select tenant_id, dispatch_id as id, received_at, words from dispatch_words where tenant_id = @tenant", "dispatch_id", tenant, filter, before);
            var found = await IsFrequent(rows, words)
                ? await Walk(rows, words, filter, take, columns, read)
                : await ByIndex(tenant, filter, before, words, take, columns, read);
            return found with { StillReading = !allRead };
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    private async Task<Found<T>> ByReference<T>(TenantId tenant, HistoryFilter filter, string reference, string columns, Func<NpgsqlDataReader, T> read)
    {
        var (quoted, where) = (From("select * from dispatch where tenant_id = @tenant and reference = @reference", "id", tenant, filter, null), Where(filter));
        var rows = await Rows($"select {columns}, d.received_at, d.id from ({quoted.Sql} limit {MostQuoted}) d {where.Sql} order by d.received_at desc, d.id desc", [.. quoted.Values, .. where.Values, new("reference", reference)], read);
        return new Found<T>(rows.ConvertAll(row => row.Row), null);
    }

    private async Task<bool> IsFrequent((string Sql, NpgsqlParameter[] Values) rows, string words)
    {
        var counts = await Rows($"select count(*) filter (where words @@ @words::tsquery), count(*), now(), '{Guid.Empty}'::uuid from ({rows.Sql} limit {Probe}) d", [.. rows.Values, new("words", words)], row => (Fit: row.GetInt64(0), All: row.GetInt64(1)));
        return counts[0].Row is var probe && (probe.All < Probe || probe.Fit > OftenInProbe);
    }

    // From the newest back, row by row: as soon as there is a page full, it is done.
    private async Task<Found<T>> Walk<T>((string Sql, NpgsqlParameter[] Values) walked, string? words, HistoryFilter filter, int take, string columns, Func<NpgsqlDataReader, T> read)
    {
        // Numbers stand in the text: with a parameter the planner has to guess how many rows are wanted, and guesses a tenth of them.
        var (window, where) = ($"({walked.Sql} limit {Window})", Where(filter));
        var (source, key) = words is null ? ($"{window} d", "d") : ($"(select * from {window} w where words @@ @words::tsquery) w join dispatch d on d.tenant_id = w.tenant_id and d.id = w.id", "w");
        NpgsqlParameter[] values = words is null ? [.. walked.Values, .. where.Values] : [.. walked.Values, .. where.Values, new("words", words)];
        var rows = await Rows($"select {columns}, {key}.received_at, {key}.id from {source} {where.Sql} order by {key}.received_at desc, {key}.id desc limit {take + 1}", values, read);
        if (rows.Count > take || words is null && where.Sql.Length == 0)
            return Found<T>.Of(rows, take);

        var end = await Rows($"select w.received_at, w.id from {window} w order by w.received_at desc, w.id desc offset {Window - 1} limit 1", walked.Values, _ => true);
        return new Found<T>(rows.ConvertAll(row => row.Row), end is [var last] ? last.At : null);
    }

    // Everything that has the words, by their index, then the newest of that: there is not much of it.
    private async Task<Found<T>> ByIndex<T>(TenantId tenant, HistoryFilter filter, HistoryCursor? before, string words, int take, string columns, Func<NpgsqlDataReader, T> read)
    {
        var (having, where) = (From("select tenant_id, dispatch_id as id, received_at from dispatch_words where words @@ @words::tsquery and tenant_id = @tenant", "dispatch_id", tenant, filter, before, ordered: false), Where(filter));
        var rows = await Rows(
            $"with w as materialized ({having.Sql}) select {columns}, w.received_at, w.id from w join dispatch d on d.tenant_id = w.tenant_id and d.id = w.id {where.Sql} order by w.received_at desc, w.id desc limit {take + 1}",
            [.. having.Values, .. where.Values, new("words", words)], read);
        return Found<T>.Of(rows, take);
    }

    private static (string Sql, NpgsqlParameter[] Values) From(string select, string id, TenantId tenant, HistoryFilter filter, HistoryCursor? before, bool ordered = true)
    {
        var sql = new StringBuilder(select);
        var values = new List<NpgsqlParameter> { new("tenant", tenant.Value) };
        if (before is not null)
        {
            sql.Append($" and (received_at, {id}) < (@before_at, @before_id)");
            values.AddRange([new("before_at", before.ReceivedAt.ToUniversalTime()), new("before_id", before.Id)]);
        }

        if (filter.From is { } from)
        {
            sql.Append(" and received_at >= @from");
            values.Add(new("from", from.ToUniversalTime()));
        }

        if (filter.To is { } to)
        {
            sql.Append(" and received_at < @to");
            values.Add(new("to", to.ToUniversalTime()));
        }

        if (ordered)
            sql.Append($" order by received_at desc, {id} desc");
        return (sql.ToString(), [.. values]);
    }

    private static (string Sql, NpgsqlParameter[] Values) Where(HistoryFilter filter)
    {
        var (conditions, values) = (new List<string>(), new List<NpgsqlParameter>());
        Add(filter.Status is null, "d.status = @status", "status", (short)(filter.Status ?? 0));
        Add(filter.Urgent is null, "d.urgent = @urgent", "urgent", filter.Urgent ?? false);
        Add(filter.Subject is null, "d.subject_id = @subject", "subject", filter.Subject ?? Guid.Empty);
        Add(filter.Category is null, "d.category_id = @category", "category", filter.Category ?? Guid.Empty);
        Add(filter.Vendor is null, "exists (select from dispatch_event e where e.tenant_id = d.tenant_id and e.dispatch_id = d.id and e.vendor_id = @vendor)", "vendor", filter.Vendor ?? Guid.Empty);
        return (conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}", [.. values]);

        void Add(bool skip, string condition, string name, object value)
        {
            if (skip)
                return;
            conditions.Add(condition);
            values.Add(new(name, value));
        }
    }

    private async Task<List<(T Row, HistoryCursor At)>> Rows<T>(string sql, IEnumerable<NpgsqlParameter> values, Func<NpgsqlDataReader, T> read)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value.Clone());
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<(T, HistoryCursor)>();
        while (await row.ReadAsync())
            rows.Add((read(row), new HistoryCursor(row.GetFieldValue<DateTimeOffset>(row.FieldCount - 2), row.GetGuid(row.FieldCount - 1))));
        return rows;
    }
}

/// <param name="StillReading">Not every request was searched: some have not been read yet.</param>
internal sealed record Found<T>(List<T> Rows, HistoryCursor? Next, bool StillReading = false)
{
    public static Found<T> Of(List<(T Row, HistoryCursor At)> rows, int take) =>
        rows.Count > take ? new(rows.GetRange(0, take).ConvertAll(row => row.Row), rows[take - 1].At) : new(rows.ConvertAll(row => row.Row), null);
}
