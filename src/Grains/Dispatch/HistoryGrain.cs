using System.Text;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon.Dispatch;

[GrainType("history"), StatelessWorker]
public sealed class HistoryGrain(NpgsqlDataSource database) : Grain, IHistoryGrain
{
    // How many rows one call looks at, whatever is asked for: a word that occurs nowhere costs no more than this, and the page says where to go on.
    public const int Window = 20_000;

    private const int MostTaken = 200;
    private const int MostWords = 8;
    private const int MostQuery = 200;

    private string Tenant => this.GetPrimaryKeyString()["history/".Length..];

    public async Task<HistoryPage> Read(HistoryFilter filter, HistoryCursor? before, int take)
    {
        var most = Math.Clamp(take, 1, MostTaken);
        try
        {
            if (before is null && RequestReference.Read(filter.Query) is { } reference && await ByReference(filter with { Query = "" }, reference) is { Count: > 0 } quoted)
                return new HistoryPage([.. quoted], null);

            var (window, where) = (Windowed(filter, before), Where(filter));
            var slips = await Slips($"select {Dispatch.Slips.Columns} from ({window.Sql}) d {where.Sql} order by d.received_at desc, d.id desc limit {most + 1}", [.. window.Values, .. where.Values]);
            if (slips.Count > most)
                return new HistoryPage([.. slips.Take(most)], Cursor(slips[most - 1]));

            var end = where.Sql.Length == 0 ? [] : await Slips($"select {Dispatch.Slips.Columns} from ({window.Sql}) d order by d.received_at desc, d.id desc offset {Window - 1} limit 1", window.Values);
            return new HistoryPage([.. slips], end is [var last] ? Cursor(last) : null);
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    private Task<List<Slip>> ByReference(HistoryFilter filter, string reference)
    {
        var where = Where(filter);
        return Slips(
            $"""
            select {Dispatch.Slips.Columns} from (select * from dispatch where tenant_id = @tenant and reference = @reference and received_at >= @from and received_at < @to) d {where.Sql}
            order by d.received_at desc, d.id desc limit {MostTaken}
            """,
            [new("tenant", Tenant), new("reference", reference), new("from", (filter.From ?? DateTimeOffset.MinValue).ToUniversalTime()), new("to", (filter.To ?? DateTimeOffset.MaxValue).ToUniversalTime()), .. where.Values]);
    }

    // Numbers stand in the text: with a parameter the planner has to guess how many rows are wanted, and guesses a tenth of them.
    private (string Sql, NpgsqlParameter[] Values) Windowed(HistoryFilter filter, HistoryCursor? before)
    {
        var sql = new StringBuilder("select * from dispatch where tenant_id = @tenant");
        var values = new List<NpgsqlParameter> { new("tenant", Tenant) };
        if (before is not null)
        {
            sql.Append(" and (received_at, id) < (@before_at, @before_id)");
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

        sql.Append($" order by received_at desc, id desc limit {Window}");
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
        var words = StorableText.From(filter.Query, MostQuery).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostWords).ToArray();
        for (var i = 0; i < words.Length; i++)
            Add(false, $"concat_ws(' ', d.caller_name, d.caller_phone, d.subject_label, d.body) ilike @word{i}", $"word{i}", $"%{words[i].Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%");
        return (conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}", [.. values]);

        void Add(bool skip, string condition, string name, object value)
        {
            if (skip)
                return;
            conditions.Add(condition);
            values.Add(new(name, value));
        }
    }

    private async Task<List<Slip>> Slips(string sql, IEnumerable<NpgsqlParameter> values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value.Clone());
        await using var row = await command.ExecuteReaderAsync();
        var slips = new List<Slip>();
        while (await row.ReadAsync())
            slips.Add(Dispatch.Slips.Read(row));
        return slips;
    }

    private static HistoryCursor Cursor(Slip last) => new(last.ReceivedAt, last.Id);
}
