using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace Backsoon.Storage;

/// <summary>The numbered SQL files beside this class, each applied once, in order, by whichever process comes first.</summary>
/// <remarks>
/// A file adds, and whoever does not know what it added works on. One that takes away what versions before a change need says so in its first line, <c>-- Needs 0031.</c>:
/// then versions that do not know 0031 no longer start on this database, and all others do.
/// </remarks>
public static partial class Migrations
{
    // Any number that nothing else in the database uses as an advisory lock.
    private const long Lock = 0x6261636b736d6967;

    // Of what only adds.
    private const string Nothing = "0000";

    /// <returns>What a newer version that was here before has added, and this one does not know.</returns>
    /// <exception cref="InvalidOperationException">A newer version has taken away what this one needs.</exception>
    public static async Task<IReadOnlyList<string>> Apply(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await Execute(connection, $"select pg_advisory_lock({Lock})", cancellation);
        try
        {
            await Execute(connection, "create table if not exists migration (name text primary key, applied_at timestamptz not null default now())", cancellation);
            await NoteNeeds(connection, cancellation);
            var applied = await Applied(connection, cancellation);
            var unknown = applied.Keys.Except(Files().Select(file => file.Name)).Order(StringComparer.Ordinal).ToList();
            var newest = Number(Files().Last().Name);
            // What was noted without a word about it is of a version that knew no better.
            if (unknown.FindLast(name => applied[name] is not { } needs || string.CompareOrdinal(needs, newest) > 0) is { } beyond)
                throw new InvalidOperationException($"This database was made by a newer version of Backsoon: it has the change {beyond}, which this version does not know and cannot work on.");
            foreach (var (name, sql) in Files().Where(file => !applied.ContainsKey(file.Name)))
            {
                // One simple-protocol batch is one transaction: a file is applied whole or not at all.
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                await Execute(connection, sql, cancellation);
                await using var note = new NpgsqlCommand("insert into migration (name, needs) values ($1, $2)", connection) { Parameters = { new() { Value = name }, new() { Value = Needs(sql) ?? Nothing } } };
                await note.ExecuteNonQueryAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }

            return unknown;
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

    /// <summary>What an operator is told of that.</summary>
    public static string Tell(IReadOnlyList<string> added) => $"A newer version has added {string.Join(", ", added)} to this database. This version works on it and does not know of that; what it means is not promised for long.";

    /// <summary>Which change a version has to know to work on what this file leaves; null for any.</summary>
    public static string? Needs(string sql) => NeedsLine().Match(sql) is { Success: true } line ? line.Groups[1].Value : null;

    private static string Number(string name) => name[..Nothing.Length];

    // Only where it is missing: adding a column waits for a backup that is being made.
    private static async Task NoteNeeds(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var look = new NpgsqlCommand("select count(*) from pg_attribute where attrelid = 'migration'::regclass and attname = 'needs'", connection);
        if (await look.ExecuteScalarAsync(cancellation) is 0L)
            await Execute(connection, "alter table migration add column needs text", cancellation);
    }

    private static async Task<Dictionary<string, string?>> Applied(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new Dictionary<string, string?>();
        await using var command = new NpgsqlCommand("select name, needs from migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            applied.Add(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
        return applied;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // However long it takes: an index on a table of millions, or the process before this one with the same.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [GeneratedRegex(@"\A-- Needs (\d{4})\.")]
    private static partial Regex NeedsLine();
}
