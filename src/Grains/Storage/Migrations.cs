using System.Reflection;
using Npgsql;

namespace Backsoon.Storage;

/// <summary>The numbered SQL files beside this class, each applied once, in order, by whichever process comes first.</summary>
public static class Migrations
{
    // Any number that nothing else in the database uses as an advisory lock.
    private const long Lock = 0x6261636b736d6967;

    /// <exception cref="InvalidOperationException">A newer version was here before.</exception>
    public static async Task Apply(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await Execute(connection, $"select pg_advisory_lock({Lock})", cancellation);
        try
        {
            await Execute(connection, "create table if not exists migration (name text primary key, applied_at timestamptz not null default now())", cancellation);
            var applied = await Applied(connection, cancellation);
            if (applied.Except(Files().Select(file => file.Name)).Order(StringComparer.Ordinal).LastOrDefault() is { } unknown)
                throw new InvalidOperationException($"This database was made by a newer version of Backsoon: it has the change {unknown}, which this version does not know.");
            foreach (var (name, sql) in Files().Where(file => !applied.Contains(file.Name)))
            {
                // One simple-protocol batch is one transaction: a file is applied whole or not at all.
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                await Execute(connection, sql, cancellation);
                await using var note = new NpgsqlCommand("insert into migration (name) values ($1)", connection) { Parameters = { new() { Value = name } } };
                await note.ExecuteNonQueryAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }
        }
        finally
        {
            await Execute(connection, $"select pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    public static IEnumerable<(string Name, string Sql)> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd());
        }
    }

    private static async Task<HashSet<string>> Applied(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new HashSet<string>();
        await using var command = new NpgsqlCommand("select name from migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            applied.Add(reader.GetString(0));
        return applied;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // However long it takes: an index on a table of millions, or the process before this one with the same.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
