using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Embedded;

/// <summary>Writes the whole database to one file, as it is at one instant, whether or not the product runs.</summary>
public static class Backup
{
    /// <param name="connectionString">Null for the private cluster in <paramref name="data"/>.</param>
    /// <param name="key">Null to leave the root key out.</param>
    public static async Task<BackupLabel> Write(string file, string data, string? connectionString, string keyMark, string? key, ILogger logger, CancellationToken cancellation)
    {
        file = Path.GetFullPath(file);
        if (Path.Exists(file)) throw new PrivatePostgresException($"{file} exists already. Name another file.");
        if (!Directory.Exists(Path.GetDirectoryName(file))) throw new PrivatePostgresException($"There is no folder {Path.GetDirectoryName(file)}.");

        connectionString ??= await PrivatePostgres.FindRunning(data, cancellation);
        if (connectionString is not null) return await Write(file, connectionString, keyMark, key, cancellation);

        if (await PostgresCluster.Find(await DataFolder.RealPath(data, cancellation), cancellation) is null)
            throw new PrivatePostgresException($"There is no database in {Path.GetFullPath(data)}. Set DATA to the folder Backsoon runs with.");
        await using var postgres = await PrivatePostgres.Start(data, logger, cancellation);
        return await Write(file, postgres.ConnectionString, keyMark, key, cancellation);
    }

    private static async Task<BackupLabel> Write(string file, string connectionString, string keyMark, string? key, CancellationToken cancellation)
    {
        var dump = file + ".dump.part";
        try
        {
            await using (File.Open(dump, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = BackupFile.OwnerOnly })) { }
            var major = await PostgresMajor(connectionString, cancellation);
            var client = await PostgresClient.For(major, cancellation);
            await client.Run("pg_dump", connectionString, cancellation, "--format=custom", "--no-owner", "--no-acl", $"--file={dump}");
            var label = new BackupLabel(BackupFile.Format, TimeProvider.System.GetUtcNow(), major, await BackupFile.Digest(dump, cancellation), keyMark);
            await BackupFile.Write(file, label, dump, key, cancellation);
            return label;
        }
        finally
        {
            File.Delete(dump);
        }
    }

    internal static async Task<int> PostgresMajor(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        return connection.PostgreSqlVersion.Major;
    }
}
