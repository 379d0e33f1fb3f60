using System.Collections.Immutable;
using System.Text;
using Backsoon.Storage;

namespace Backsoon.Promises;

/// <summary>Looks through every table for somebody's traces: all columns that can hold them, of all rows written since a mark.</summary>
/// <remarks>
/// A row says which transaction wrote it. Whatever was written or changed since the mark is looked at, in whatever table and without an index, and the rest is passed over unread:
/// of a row from before no word can have come later. Each statement goes over so many pages and no more.
/// </remarks>
public sealed class CanarySearch(Ledger ledger)
{
    private const int Pages = 2048;

    public async Task<CanaryMark> Mark() => (await ledger.Read($"select pg_current_xact_id()::xid::text, {Cluster}", row => new CanaryMark(row.GetString(0), row.GetString(1)))).Single();

    /// <returns>Columns in which something is left: <c>dispatch.caller_name</c>.</returns>
    public async Task<ImmutableArray<string>> Find(IReadOnlyCollection<byte[]> traces, CanaryMark since)
    {
        // In another cluster, as after a restore, transactions count from somewhere else: there it is all looked at.
        var isSame = (await ledger.Read($"select {Cluster}", row => row.GetString(0))).Single() == since.Cluster;
        var words = traces.Where(IsText).Select(trace => $"%{Encoding.UTF8.GetString(trace)}%").Concat(traces.Select(trace => $"%{Convert.ToHexStringLower(trace)}%")).ToArray();
        byte[][] bytes = [.. traces, .. traces.Select(trace => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(trace)))];
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var table in await Tables())
        {
            var left = new bool[table.Columns.Length];
            for (var page = 0L; page < table.Pages; page += Pages)
            {
                var sql =
                    $"""
                    select {string.Join(", ", table.Columns.Select((_, i) => $"coalesce(bool_or(found{i}), false)"))} from (
                        select {string.Join(", ", table.Columns.Select((column, i) => $"{Has(column)} as found{i}"))} from {table.Name}
                        where ctid >= '({page},0)'::tid and ctid < '({page + Pages},0)'::tid and ($3 or age(xmin) <= age($4::xid))) looked
                    """;
                foreach (var piece in await ledger.Read(sql, row => table.Columns.Select((_, i) => row.GetBoolean(i)).ToArray(), words, bytes, !isSame, since.Transaction))
                    left = [.. left.Zip(piece, (before, here) => before || here)];
            }

            found.AddRange(table.Columns.Where((_, i) => left[i]).Select(column => $"{table.Name}.{column.Name}"));
        }

        return found.ToImmutable();
    }

    private static bool IsText(byte[] trace) => Array.TrueForAll(trace, one => one is >= 0x20 and < 0x7f);

    private static string Has(Column column) => column.IsBytes
        ? $"coalesce((select bool_or(position(trace in {column.Name}) > 0) from unnest($2::bytea[]) trace), false)"
        : $"coalesce(lower({column.Name}::text) like any ($1::text[]), false)";

    private const string Cluster = "(select system_identifier from pg_control_system()) || '/' || (select oid from pg_database where datname = current_database())";

    // Numbers, times and yes or no are nobody's words.
    private async Task<List<Table>> Tables() => await ledger.Read(
        """
        select c.oid::regclass::text, pg_relation_size(c.oid) / current_setting('block_size')::int + 1, array_agg(quote_ident(a.attname) order by a.attnum), array_agg(t.typname = 'bytea' order by a.attnum)
        from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attnum > 0 and not a.attisdropped and t.typcategory not in ('N', 'B', 'D', 'T')
        group by c.oid order by 1
        """,
        row => new Table(row.GetString(0), row.GetInt64(1), [.. row.GetFieldValue<string[]>(2).Zip(row.GetFieldValue<bool[]>(3), (name, isBytes) => new Column(name, isBytes))]));

    private sealed record Table(string Name, long Pages, ImmutableArray<Column> Columns);

    private sealed record Column(string Name, bool IsBytes);
}

/// <param name="Cluster">Where it counts.</param>
[GenerateSerializer, Immutable, Alias("promises.canary-mark")]
public sealed record CanaryMark(string Transaction, string Cluster);
