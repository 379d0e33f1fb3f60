using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Embedded;

/// <summary>
/// Puts a backup in the place of the database: beside it first, then both change names in one transaction. Whatever fails before that leaves the database
/// as it was.
/// </summary>
public static class Restore
{
    /// <param name="connectionString">Null for the private cluster in <paramref name="data"/>.</param>
    /// <param name="accept">Sees the label and the key inside, if any, before anything is changed; throws when they do not belong here.</param>
    /// <param name="restored">Called as soon as the backup is the database, whatever happens after.</param>
    public static async Task Run(
        string file, string data, string? connectionString, Action<BackupLabel, string?> accept, Action restored, Action<string> say, ILogger logger, CancellationToken cancellation)
    {
        file = Path.GetFullPath(file);
        if (!File.Exists(file)) throw new PrivatePostgresException($"There is no file {file}.");
        DataFolder.Make(data);
        var dump = Path.Combine(Path.GetFullPath(data), $"restore-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.part");
        try
        {
            var (label, key) = await BackupFile.Read(file, dump, cancellation);
            say($"The file is whole: a backup of {label.Made:yyyy-MM-dd HH:mm} UTC.");
            accept(label, key);
            if (connectionString is not null)
            {
                await Replace(connectionString, new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" }.ConnectionString, dump, label, restored, say, cancellation);
                return;
            }
            // Refused while the product runs, because it holds the folder.
            await using var postgres = await PrivatePostgres.Start(data, logger, cancellation);
            await Replace(postgres.ConnectionString, postgres.AdministratorConnectionString, dump, label, restored, say, cancellation);
        }
        finally
        {
            File.Delete(dump);
        }
    }

    private static async Task Replace(string target, string administrator, string dump, BackupLabel label, Action restored, Action<string> say, CancellationToken cancellation)
    {
        var settings = new NpgsqlConnectionStringBuilder(target);
        var (name, owner) = (settings.Database ?? throw new PrivatePostgresException("The connection string names no database."), settings.Username!);
        var (coming, going) = (name + "_coming", name + "_going");
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(administrator) { CommandTimeout = 300, Pooling = false }.ConnectionString);

        if (await Ask(server, "select count(*) from pg_stat_activity where datname = $1 and usename is not null", cancellation, name) is > 0L)
            throw new PrivatePostgresException($"Somebody is connected to the database {name}. Stop Backsoon first, on every machine.");

        var client = await PostgresClient.For(Math.Max(label.Postgres, await Backup.PostgresMajor(administrator, cancellation)), cancellation);
        await Ask(server, $"drop database if exists {Quoted(coming)}", cancellation);
        await Ask(server, $"create database {Quoted(coming)} owner {Quoted(owner)} encoding 'UTF8' template template0", cancellation);
        try
        {
            say("Restoring beside the present database …");
            var into = new NpgsqlConnectionStringBuilder(target) { Database = coming }.ConnectionString;
            await client.Run("pg_restore", into, cancellation, "--exit-on-error", "--no-owner", "--no-acl", $"--dbname={coming}", dump);
            await Ask(server, $"drop database if exists {Quoted(going)}", cancellation);
            // From here on it is done or not done, and whoever interrupts is not told that nothing was.
            cancellation.ThrowIfCancellationRequested();
            await Swap(server, name, coming, going);
        }
        catch
        {
            await Ask(server, $"drop database if exists {Quoted(coming)}", CancellationToken.None);
            throw;
        }
        restored();
        try
        {
            await Ask(server, $"drop database if exists {Quoted(going)}", CancellationToken.None);
        }
        catch (NpgsqlException failed)
        {
            say($"The backup is in place. The former database is still there, as {going}: {failed.Message}. Drop it when you can.");
        }
    }

    private static async Task Swap(NpgsqlDataSource server, string name, string coming, string going)
    {
        await using var connection = await server.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        await using (var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection, transaction) { Parameters = { new() { Value = name } } })
            if (await exists.ExecuteScalarAsync() is not null) batch.BatchCommands.Add(new($"alter database {Quoted(name)} rename to {Quoted(going)}"));
        batch.BatchCommands.Add(new($"alter database {Quoted(coming)} rename to {Quoted(name)}"));
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static async Task<object?> Ask(NpgsqlDataSource server, string sql, CancellationToken cancellation, params string[] values)
    {
        await using var command = server.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync(cancellation);
    }

    private static string Quoted(string name) => PrivatePostgres.Quoted(name);
}
