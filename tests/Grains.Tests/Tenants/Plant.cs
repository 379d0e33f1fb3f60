using System.Text;
using Npgsql;

namespace Backsoon.Tenants;

/// <summary>Fills a row of every table of a tenant with one person: whatever column can hold a word holds that one.</summary>
internal static class Plant
{
    // Tables that hold no tenant's rows, each with why no person can be in one. A new table is planted unless it is listed here.
    public static readonly Dictionary<string, string> Personless = new()
    {
        ["tenant"] = "an id made here and two instants; planted by founding",
        ["grain_state"] = "planted through the grains themselves",
        ["reminder"] = "grain ids and names of reminders; planted through the grains themselves",
        ["attempt"] = "a kind of ours and a keyed hash, gone after 30 days",
        ["slug_hold"] = "a keyed hash, gone after 60 days",
        ["webhook"] = "what a provider reported, wrapped by the root key until it is worked off within seconds, then ids of the provider, gone after 30 days",
        ["billing_event"] = "that something was reported by Stripe, and its ids until it is worked off; nothing of what it says, gone after 30 days",
        ["billing_record"] = "what was paid, a keyed hash of by whom, and Stripe's id of the invoice: for the books, gone after seven years",
        ["promise_log"] = "numbers that were measured",
        ["letter"] = "a reference made here, a kind and times; what a letter says stays in the mailbox it came to",
        ["breach"] = "what the operator says to owners and ids of accounts until it is said, then instants and a number",
        ["deletion"] = "a random id, a salted hash and instants: what is kept as proof",
        ["operator_link"] = "a hash, the name an operator is configured by and a hash of their browser's cookie, gone within the hour",
        ["operator_session"] = "a hash and the name an operator is configured by, gone after eight hours",
        ["audit"] = "the name an operator is configured by, and what they did in words and ids of ours; which business it was about is in look, which goes with it",
        ["migration"] = "names of files",
        ["orleansquery"] = "statements of ours",
        ["cluster_version"] = "machines",
        ["cluster_member"] = "machines",
    };

    /// <summary>Plants and returns the columns that can hold words, all of which do.</summary>
    public static async Task<List<Dump.Column>> Everywhere(NpgsqlDataSource database, TenantId tenant, string word, DateTimeOffset now)
    {
        var planted = new List<Dump.Column>();
        var tables = (await Dump.Columns(database)).Where(c => !Personless.ContainsKey(c.Table)).GroupBy(c => c.Table).ToDictionary(t => t.Key, t => t.ToList());
        foreach (var table in await InOrder(database, tables.Keys))
        {
            var columns = tables[table].FindAll(c => !c.IsMade);
            await using var command = database.CreateCommand(
                $"insert into \"{table}\" ({string.Join(", ", columns.Select(c => $"\"{c.Name}\""))}) values ({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.Type}"))})");
            foreach (var column in columns)
                command.Parameters.Add(new() { Value = Value(column, tenant, word, now) });
            await command.ExecuteNonQueryAsync();
            planted.AddRange(columns.Where(c => c.Name != "tenant_id" && HoldsWords(c)));
        }

        return planted;
    }

    public static bool HoldsWords(Dump.Column column) => column.Type is "text" or "character varying" or "bytea" or "json" or "jsonb" or "tsvector";

    // All ids are one id, so that every reference is to the row planted before; numbers are such as every check allows.
    private static object Value(Dump.Column column, TenantId tenant, string word, DateTimeOffset now) => column switch
    {
        { Name: "tenant_id" } => tenant.Value,
        { Type: "text" or "character varying" or "tsvector" } => word,
        { Type: "json" or "jsonb" } => $$"""{"name": "{{word}}"}""",
        { Type: "bytea" } => Encoding.UTF8.GetBytes(word),
        { Type: "uuid" } => new Guid(Convert.FromHexString(tenant.Value["tenant_".Length..])),
        { Type: "boolean" } => true,
        { Type: "smallint" } => (short)4,
        { Type: "integer" or "bigint" } => 60,
        { Type: "timestamp with time zone" } => now,
        { Type: "date" } => DateOnly.FromDateTime(now.UtcDateTime),
        _ => throw new InvalidOperationException($"{column.Table}.{column.Name} is of type {column.Type}, which nobody has thought about: plant a person in it."),
    };

    private static async Task<List<string>> InOrder(NpgsqlDataSource database, IEnumerable<string> tables)
    {
        await using var command = database.CreateCommand("select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f' and conrelid <> confrelid");
        await using var row = await command.ExecuteReaderAsync();
        var references = new List<(string From, string To)>();
        while (await row.ReadAsync())
            references.Add((row.GetString(0), row.GetString(1)));
        var left = tables.ToList();
        var ordered = new List<string>();
        while (left.Count > 0)
        {
            var next = left.First(table => references.TrueForAll(r => r.From != table || !left.Contains(r.To)));
            left.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }
}
