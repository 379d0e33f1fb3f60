using System.Text;
using Npgsql;

namespace Backsoon.Tenants;

/// <summary>The database as somebody has it who got hold of a copy: every column of every table as text.</summary>
internal static class Dump
{
    /// <param name="IsMade">Whether the database makes the value itself.</param>
    public sealed record Column(string Table, string Name, string Type, bool IsMade);

    public static async Task<List<Column>> Columns(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            """
            select c.table_name, c.column_name, c.data_type, c.is_identity = 'YES' or c.is_generated = 'ALWAYS'
            from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
            where c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1, c.ordinal_position
            """);
        await using var row = await command.ExecuteReaderAsync();
        var columns = new List<Column>();
        while (await row.ReadAsync())
            columns.Add(new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3)));
        return columns;
    }

    /// <summary>Where any of these is found: in clear, in hexadecimal digits, or escaped as JSON has it.</summary>
    public static async Task<List<string>> Find(NpgsqlDataSource database, IEnumerable<string> what)
    {
        var spellings = what.SelectMany(text => new[] { text, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)), System.Text.Json.JsonEncodedText.Encode(text).ToString() }).Distinct().ToList();
        spellings.AddRange(spellings.Select(text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))).ToList());
        var patterns = spellings.Select(s => $"%{s.ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%").ToArray();
        var found = new List<string>();
        // Each table is gone through once, and columns are looked at in the rows that have any of it: other tests leave hundreds of thousands.
        foreach (var table in (await Columns(database)).GroupBy(column => column.Table))
        {
            var texts = table.Select(column => $"\"{column.Name}\"::text").ToArray();
            await using var command = database.CreateCommand(
                $"select {string.Join(", ", texts.Select(text => $"coalesce(lower({text}) like any ($1), false)"))} from \"{table.Key}\" where lower(concat_ws(' ', {string.Join(", ", texts)})) like any ($1)");
            command.Parameters.Add(new() { Value = patterns });
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
                found.AddRange(table.Where((_, i) => row.GetBoolean(i)).Select(column => $"{column.Table}.{column.Name}"));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}
