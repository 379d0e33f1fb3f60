using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Backsoon.Storage;

namespace Backsoon.Tenants;

/// <summary>The lists in an archive: rows as the tables have them, but for what is nobody's data.</summary>
public sealed class ArchiveLists(Ledger ledger)
{
    /// <summary>Rows of one piece.</summary>
    public const int Rows = 200;

    /// <param name="Key">Columns of the primary key after the tenant, each with its type.</param>
    /// <param name="Without">What means nothing outside of this installation, or is a secret of its own.</param>
    public sealed record List(string Name, string Table, ImmutableArray<(string Name, string Type)> Key, params ImmutableArray<string> Without);

    public static readonly ImmutableArray<List> All =
    [
        new("requests", "dispatch", [("id", "uuid")], "source", "fingerprint", "shard", "version"),
        new("request-events", "dispatch_event", [("dispatch_id", "uuid"), ("seq", "int")]),
        new("photos", "photo", [("id", "uuid")], "chunks"),
        new("vendors", "vendor", [("id", "uuid")]),
        new("subjects", "subject", [("id", "uuid")]),
        new("categories", "category", [("id", "uuid")]),
        new("rules", "rule", [("id", "uuid")]),
        new("rule-steps", "rule_step", [("rule_id", "uuid"), ("position", "int")]),
        new("rule-step-vendors", "rule_step_vendor", [("rule_id", "uuid"), ("position", "int"), ("place", "int")]),
        new("appointments", "appointment", [("id", "uuid")], "fingerprint", "shard", "version"),
        new("appointment-events", "appointment_event", [("appointment_id", "uuid"), ("number", "int")]),
        new("blocked-times", "blocked_time", [("id", "uuid")]),
        new("data-requests", "data_request", [("id", "uuid")], "person"),
        new("mails", "outbox", [("id", "uuid")], "body", "rendered", "batch", "leased_until", "handover_at", "provider_id", "untold"),
        new("looks", "look", [("id", "uuid")]),
    ];

    /// <summary>The columns of a list, in their order.</summary>
    public async Task<List<string>> Columns(List list) => [.. (await ledger.Read(
        "select column_name::text from information_schema.columns where table_schema = 'public' and table_name = $1 order by ordinal_position", row => row.GetString(0), list.Table)).Where(name => name != "tenant_id" && !list.Without.Contains(name))];

    /// <summary>The next rows as JSON, with the key of each as text.</summary>
    public Task<List<(string Json, List<string> Key)>> Read(TenantId tenant, List list, List<string> after)
    {
        var keys = string.Join(", ", list.Key.Select(key => key.Name));
        var past = after.Count == 0 ? "" : $"and ({keys}) > ({string.Join(", ", list.Key.Select((key, i) => $"(($2::text[])[{i + 1}])::{key.Type}"))})";
        return ledger.Read(
            $"select (to_jsonb(t) - $3::text[])::text, array[{string.Join(", ", list.Key.Select(key => $"{key.Name}::text"))}] from {list.Table} t where tenant_id = $1 and ($2::text[]) is not null {past} order by {keys} limit {Rows}",
            row => (row.GetString(0), row.GetFieldValue<string[]>(1).ToList()), tenant.Value, after.ToArray(), list.Without.Append("tenant_id").ToArray());
    }

    /// <summary>How many rows there are altogether, photos' pieces among them.</summary>
    public async Task<long> Count(TenantId tenant) => (await ledger.Read(
        $"select {string.Join(" + ", All.Select(list => $"2 * (select count(*) from {list.Table} where tenant_id = $1)"))} + (select count(*) from photo_chunk where tenant_id = $1)", row => row.GetInt64(0), tenant.Value))[0];

    public static string Csv(List<string> columns, IEnumerable<string> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            using var json = JsonDocument.Parse(row);
            Dispatch.Csv.Append(text, [.. columns.Select(column => json.RootElement.TryGetProperty(column, out var value) ? Cell(value) : "")]);
        }

        return text.ToString();
    }

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
