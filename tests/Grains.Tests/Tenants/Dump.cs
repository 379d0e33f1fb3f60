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
        var found = new List<string>();
        foreach (var column in await Columns(database))
        {
            await using var command = database.CreateCommand($"select \"{column.Name}\"::text from \"{column.Table}\" where \"{column.Name}\"::text ilike any ($1)");
            command.Parameters.Add(new() { Value = spellings.Select(s => $"%{s.Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%").ToArray() });
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
                found.Add($"{column.Table}.{column.Name}");
        }

        return found;
    }
}
