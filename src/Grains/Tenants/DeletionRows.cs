using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backsoon.Storage;

namespace Backsoon.Tenants;

/// <summary>What is kept of a deletion when everything else is gone.</summary>
public sealed class DeletionRows(Ledger ledger)
{
    private const int SaltSize = 16;

    /// <summary>Repeating it writes the same.</summary>
    public Task Put(TenantId tenant, DeletionState state)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return ledger.Execute(
            """
            insert into deletion (id, salt, subject, asked_at, undo_until, deadline, alarmed_at, steps) values ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8::jsonb)
            on conflict (id) do update set steps = excluded.steps, alarmed_at = excluded.alarmed_at
            """,
            state.Id, salt, SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(tenant.Value)]), state.AskedAt, state.UndoUntil, state.Deadline, (object?)state.AlarmedAt ?? DBNull.Value,
            JsonSerializer.Serialize(state.Done.ToDictionary(step => step.Key.ToString(), step => step.Value)));
    }

    public Task Finish(Guid id, DateTimeOffset now) => ledger.Execute("update deletion set done_at = $2 where id = $1 and done_at is null", id, now);

    public Task Remove(Guid id) => ledger.Execute("delete from deletion where id = $1 and done_at is null", id);

    public async Task<DeletionView?> Read(Guid id) => (await ledger.Read(
        "select asked_at, undo_until, deadline, done_at, steps::text from deletion where id = $1",
        row => new DeletionView(
            id, row.IsDBNull(3) ? DeletionStage.Running : DeletionStage.Done, row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2),
            row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3), Steps(row.GetString(4)), null),
        id)).SingleOrDefault();

    private static ImmutableArray<DeletionStep> Steps(string json) => [.. JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(json)!.Keys.Select(Enum.Parse<DeletionStep>).Order()];
}
