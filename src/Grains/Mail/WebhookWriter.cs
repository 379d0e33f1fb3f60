using Backsoon.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Mail;

/// <summary>Events of mail providers: what arrives together is one statement, and one row for each id however often it arrives. Says of each whether it was new.</summary>
public sealed class WebhookWriter(NpgsqlDataSource database, RootKey rootKey, TimeProvider clock) : GatheringWriter<NewWebhook, bool>(clock)
{
    protected override async Task<bool[]> Commit(IReadOnlyList<NewWebhook> rows)
    {
        // Always in the same order: two commits that hold some of the same ids must not wait for each other.
        var sorted = rows.OrderBy(row => row.Provider, StringComparer.Ordinal).ThenBy(row => row.Event.Id, StringComparer.Ordinal).ToArray();
        var now = Clock.GetUtcNow();
        await using var command = database.CreateCommand(
            "insert into webhook (provider, event_id, received_at, body) select * from unnest(@provider, @id, @at, @body) on conflict do nothing returning provider, event_id");
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new("provider", Array.ConvertAll(sorted, row => row.Provider)), new("id", Array.ConvertAll(sorted, row => row.Event.Id)),
            new("at", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { Value = Array.ConvertAll(sorted, _ => now) },
            new("body", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = Array.ConvertAll(sorted, row => rootKey.Wrap(row.Event.Body, RowOf(row.Provider, row.Event.Id))) },
        ]);
        var fresh = new HashSet<(string, string)>(rows.Count);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            fresh.Add((row.GetString(0), row.GetString(1)));
        return [.. rows.Select(sent => fresh.Contains((sent.Provider, sent.Event.Id)))];
    }

    public static string RowOf(string provider, string id) => $"webhook/{provider}/{id}";
}

public sealed record NewWebhook(string Provider, WebhookEvent Event);
