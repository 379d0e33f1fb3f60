using Backsoon.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Accounts;

/// <summary>What limits have to remember over a restart: what is counted at the same time is one commit.</summary>
public sealed class AttemptWriter(NpgsqlDataSource database, TimeProvider clock) : GatheringWriter<Attempt, bool>(clock)
{
    protected override async Task<bool[]> Commit(IReadOnlyList<Attempt> rows)
    {
        var attempts = rows.ToArray();
        await using var command = database.CreateCommand("insert into attempt (kind, source, at) select * from unnest(@kind, @source, @at)");
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new("kind", Array.ConvertAll(attempts, attempt => attempt.Kind)),
            new("source", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = Array.ConvertAll(attempts, attempt => attempt.Source) },
            new("at", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { Value = Array.ConvertAll(attempts, attempt => attempt.At) },
        ]);
        await command.ExecuteNonQueryAsync();
        return Array.ConvertAll(attempts, _ => true);
    }
}

/// <param name="Kind">The limit's name.</param>
/// <param name="Source">A keyed hash of whoever is counted.</param>
public sealed record Attempt(string Kind, byte[] Source, DateTimeOffset At);
