using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Backsoon.Embedded;

/// <summary>
/// A PostgreSQL cluster of our own, kept running as a child of this process: reached over a Unix socket that nobody else can enter, adopted when an earlier
/// product was killed and its server was not, started again when the server dies, stopped with the product.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string Role = "backsoon";
    private const string Administrator = "postgres";
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OrphansMayTake = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(10);
    // Processes live by the machine's clock, whatever clock the grains are given.
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly DataFolder _data;
    private readonly PostgresCluster _cluster;
    private readonly PostgresPrograms _programs;
    private readonly bool _durable;
    private readonly ThrowawayFolder? _throwaway;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _disposal = new();
    private volatile Postmaster _server;
    private Task _supervision = Task.CompletedTask;
    private Task? _stopped;

    private PrivatePostgres(DataFolder data, PostgresCluster cluster, PostgresPrograms programs, bool durable, Postmaster server, ThrowawayFolder? throwaway, ILogger logger) =>
        (_data, _cluster, _programs, _durable, _server, _throwaway, _logger) = (data, cluster, programs, durable, server, throwaway, logger);

    /// <summary>Of the product's own database, as a role that owns it and nothing else.</summary>
    public string ConnectionString => ConnectionTo(Role);

    public int ServerProcessId => _server.ProcessId;

    /// <summary>Where the server writes its log, one file a weekday.</summary>
    public string LogFolder => _cluster.LogFolder;

    internal string AdministratorConnectionString => ConnectionTo(SocketFolder, Administrator, Administrator);

    private string SocketFolder => _server.SocketFolder;

    public static Task<PrivatePostgres> Start(string dataFolder, ILogger logger, CancellationToken cancellation) =>
        Start(dataFolder, null, durable: true, logger, cancellation);

    /// <summary>A cluster in a folder of its own that ends with this process, however it ends. Not durable unless asked: nothing waits for a disk.</summary>
    public static async Task<PrivatePostgres> StartThrowaway(bool durable = false, ILogger? logger = null, CancellationToken cancellation = default)
    {
        var folder = new ThrowawayFolder();
        try
        {
            return await Start(folder.Path, folder, durable, logger ?? NullLogger.Instance, cancellation);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The database of a product that runs on this folder; null when none does.</summary>
    public static async Task<string?> FindRunning(string dataFolder, CancellationToken cancellation) =>
        await PostgresCluster.Find(await DataFolder.RealPath(dataFolder, cancellation), cancellation) is { } cluster && Postmaster.Find(cluster.Folder) is { } server
            ? ConnectionTo(server.SocketFolder, Role, Role)
            : null;

    /// <summary>Adds an empty database, or a copy of one to which nobody is connected, and returns its connection string.</summary>
    public async Task<string> CreateDatabase(string name, string? template = null)
    {
        await Administer(SocketFolder, $"create database {Quoted(name)} owner {Role}" + (template is null ? "" : $" template {Quoted(template)}"), CancellationToken.None);
        return ConnectionTo(name);
    }

    /// <summary>Stops the server: sessions are ended, what is committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_disposal) _stopped ??= Stop();
        await _stopped;
    }

    private static async Task<PrivatePostgres> Start(string dataFolder, ThrowawayFolder? throwaway, bool durable, ILogger logger, CancellationToken cancellation)
    {
        var data = await DataFolder.Hold(dataFolder, cancellation);
        try
        {
            var cluster = await PostgresCluster.Find(data.Path, cancellation);
            var programs = await PostgresPrograms.For(cluster?.Major(), cluster?.Folder ?? data.Path, cancellation);
            cluster ??= await PostgresCluster.Make(data.Path, programs, durable, logger, cancellation);
            var server = Postmaster.Find(cluster.Folder);
            if (server is null || !await Adopt(server, cluster, programs, logger, cancellation)) server = await Launch(cluster, programs, durable, logger, cancellation);
            await EnsureDatabase(server.SocketFolder, cancellation);
            var postgres = new PrivatePostgres(data, cluster, programs, durable, server, throwaway, logger);
            postgres._supervision = postgres.Supervise();
            return postgres;
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static async Task<bool> Adopt(Postmaster server, PostgresCluster cluster, PostgresPrograms programs, ILogger logger, CancellationToken cancellation)
    {
        if (server.IsCutOff) await Stop(cluster, programs, "fast");
        if (!await IsReady(server, logger, cancellation)) return false;
        logger.LogInformation("PostgreSQL still runs (process {ProcessId}): it is taken over", server.ProcessId);
        return true;
    }

    private static async Task<Postmaster> Launch(PostgresCluster cluster, PostgresPrograms programs, bool durable, ILogger logger, CancellationToken cancellation)
    {
        await SeeOrphansOut(cluster.Mark, cancellation);
        Postmaster.ForgetTheDead(cluster.Folder);
        var socketFolder = await cluster.SocketFolder(cancellation);
        foreach (var left in Directory.GetFiles(socketFolder)) File.Delete(left);
        var log = Path.Combine(await cluster.OwnedFolder(cluster.LogFolder, cancellation), "postgres-start.log");

        // Asked of the server itself: not every build has it, and one that has not would refuse to start.
        var lz4 = (await ChildProgram.Run(cluster.Owner, programs["postgres"], ["-D", cluster.Folder, "-c", "wal_compression=lz4", "-C", "wal_compression"], cancellation)).Succeeded;

        // A session of its own: Ctrl-C in the terminal is for the product, which stops the server when it has finished.
        var start = ChildProgram.Prepare(cluster.Owner, "setsid", ["sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log,
            programs["postgres"], "-D", cluster.Folder, .. PostgresSettings.For(cluster, socketFolder, durable, lz4)]);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started.");
        var server = new Postmaster(process.Id, cluster.Folder, socketFolder);
        try
        {
            // Until it has become PostgreSQL, the process is the shell that starts it.
            while (!server.IsAlive && !process.HasExited) await Task.Delay(Glance / 10, Clock, cancellation);
            if (await IsReady(server, logger, cancellation)) return server;
        }
        catch (OperationCanceledException)
        {
            await ChildProgram.Signal("INT", [process.Id], CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
        throw new PrivatePostgresException($"PostgreSQL did not start on {cluster.Folder}: {(await File.ReadAllTextAsync(log, cancellation)).Trim()} (more in {cluster.LogFolder})");
    }

    /// <summary>Waits until the server takes connections, through recovery however long it takes; false when it ends instead.</summary>
    private static async Task<bool> IsReady(Postmaster server, ILogger logger, CancellationToken cancellation)
    {
        var began = Clock.GetTimestamp();
        while (server.IsAlive)
        {
            try
            {
                await Administer(server.SocketFolder, "select 1", cancellation);
                return true;
            }
            catch (NpgsqlException refused) when (refused is not PostgresException { SqlState: not (PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections) })
            {
                if (Clock.GetElapsedTime(began) > Patience)
                {
                    logger.LogWarning("PostgreSQL (process {ProcessId}) does not take connections yet: {Reason}", server.ProcessId, refused.Message);
                    began = Clock.GetTimestamp();
                }
                await Task.Delay(Glance / 2, Clock, cancellation);
            }
        }
        return false;
    }

    private static async Task SeeOrphansOut(string mark, CancellationToken cancellation)
    {
        var began = Clock.GetTimestamp();
        while (Postmaster.Orphans(mark) is { Count: > 0 } orphans)
        {
            // Their server is dead: nothing they do can be committed any more, and recovery repairs what they leave.
            if (Clock.GetElapsedTime(began) > OrphansMayTake) await ChildProgram.Signal("KILL", orphans, cancellation);
            await Task.Delay(Glance, Clock, cancellation);
        }
    }

    private static async Task EnsureDatabase(string socketFolder, CancellationToken cancellation)
    {
        if (!await Exists("pg_roles where rolname")) await Administer(socketFolder, $"create role {Role} login", cancellation);
        if (!await Exists("pg_database where datname")) await Administer(socketFolder, $"create database {Role} owner {Role}", cancellation);

        async Task<bool> Exists(string what) => (bool)(await Administer(socketFolder, $"select exists (select from {what} = '{Role}')", cancellation))!;
    }

    private static async Task<object?> Administer(string socketFolder, string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo(socketFolder, Administrator, Administrator) + ";Pooling=false;Timeout=5");
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        return await command.ExecuteScalarAsync(cancellation);
    }

    private async Task Supervise()
    {
        var (failures, started) = (0, Clock.GetTimestamp());
        while (await StillWanted(Glance))
        {
            if (_server.IsAlive) continue;
            if (Clock.GetElapsedTime(started) > TimeSpan.FromMinutes(1)) failures = 0;
            _logger.LogError("PostgreSQL (process {ProcessId}) has ended; it is started again", _server.ProcessId);
            if (failures > 0 && !await StillWanted(BackOff(failures))) return;
            try
            {
                started = Clock.GetTimestamp();
                failures++;
                _server = await Launch(_cluster, _programs, _durable, _logger, _stopping.Token);
                _logger.LogInformation("PostgreSQL runs again (process {ProcessId})", _server.ProcessId);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failed)
            {
                _logger.LogError(failed, "PostgreSQL could not be started; the next attempt is in {Seconds} s", BackOff(failures).TotalSeconds);
            }
        }
    }

    private static TimeSpan BackOff(int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(LongestBackOff.TotalMilliseconds, 250 * Math.Pow(2, Math.Min(failures, 10) - 1)));

    private async Task<bool> StillWanted(TimeSpan after)
    {
        try
        {
            await Task.Delay(after, Clock, _stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task Stop()
    {
        await _stopping.CancelAsync();
        await _supervision;
        try
        {
            await Stop(_cluster, _programs, _throwaway is null ? "fast" : "immediate");
            RemoveSocketFolder();
        }
        finally
        {
            _stopping.Dispose();
            _data.Dispose();
            _throwaway?.Dispose();
        }
    }

    private void RemoveSocketFolder()
    {
        try
        {
            Directory.Delete(SocketFolder, recursive: true);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            // The server was started by root, in a folder of root's: it stays there, empty.
        }
    }

    private static async Task Stop(PostgresCluster cluster, PostgresPrograms programs, string mode)
    {
        if (Postmaster.Find(cluster.Folder) is not { } server) return;
        var stop = await ChildProgram.Run(cluster.Owner, programs["pg_ctl"], ["stop", "--pgdata", cluster.Folder, "--mode", mode, "--timeout=300"], CancellationToken.None);
        if (!stop.Succeeded && server.IsAlive) throw new PrivatePostgresException($"PostgreSQL (process {server.ProcessId}) could not be stopped: {stop.Complaint}");
    }

    private string ConnectionTo(string database) => ConnectionTo(SocketFolder, database, Role);

    private static string ConnectionTo(string socketFolder, string database, string role) =>
        new NpgsqlConnectionStringBuilder { Host = socketFolder, Database = database, Username = role }.ConnectionString;

    internal static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
