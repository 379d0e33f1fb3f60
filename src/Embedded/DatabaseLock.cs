using Npgsql;

namespace Backsoon.Embedded;

/// <summary>
/// Keeps a database to one process, or to the silos of one cluster: an advisory lock, held for as long as one connection lives. The server is asked to
/// probe that connection every 10 s, so that it frees the lock of a machine that vanished.
/// </summary>
/// <param name="database">Whose lock it is.</param>
/// <param name="shared">Held together with others that share it; then whoever wants it alone is refused, and the other way round.</param>
public sealed class DatabaseLock(NpgsqlDataSource database, bool shared = false) : IAsyncDisposable
{
    // "Backsoon" in ASCII.
    private const long Key = 0x4261636B_736F6F6E;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TakeInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _letGo = new();
    private NpgsqlConnection? _held;
    private Task _watch = Task.CompletedTask;

    internal bool IsHeld => _held is not null;

    /// <summary>Waits that long for a process that is just ending. False when somebody else keeps the database.</summary>
    public async Task<bool> Take(TimeSpan patience, TimeProvider clock, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (!await TryTake(cancellation))
        {
            if (clock.GetElapsedTime(began) >= patience)
                return false;
            await Task.Delay(TakeInterval, clock, cancellation);
        }
        return true;
    }

    /// <summary>False when somebody else keeps the database.</summary>
    /// <exception cref="NpgsqlException">The server does not answer.</exception>
    public async Task<bool> TryTake(CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await using var probes = new NpgsqlCommand("set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3", connection);
            await probes.ExecuteNonQueryAsync(cancellation);
            await using var take = new NpgsqlCommand($"select pg_try_advisory_lock{(shared ? "_shared" : "")}($1)", connection) { Parameters = { new() { Value = Key } } };
            if (await take.ExecuteScalarAsync(cancellation) is true)
                (_held, connection) = (connection, null);
            return connection is null;
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    /// <summary>Returns why, once the lock is lost.</summary>
    public async Task<string> Lost(CancellationToken stopping)
    {
        var connection = _held ?? throw new InvalidOperationException("The lock is not held");
        var watch = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watch = watch.Task;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, _letGo.Token);
        try
        {
            while (true)
            {
                // Waiting ends at once when the connection breaks; one that died in silence is found out by asking.
                await connection.WaitAsync(ProbeInterval, ends.Token);
                await using var ask = new NpgsqlCommand("select 1", connection) { CommandTimeout = 5 };
                await ask.ExecuteScalarAsync(ends.Token);
            }
        }
        // A connection that was found broken between two questions says so in its own way.
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            _held = null;
            await Close(connection);
            return exception.Message;
        }
        finally
        {
            watch.SetResult();
        }
    }

    public async Task<string> Holder(CancellationToken cancellation)
    {
        await using var ask = database.CreateCommand(
            """
            select format('process %s of the database server, %s, connected since %s', pid, coalesce(nullif(application_name, ''), 'unnamed'), backend_start)
            from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and objsubid = 1 and (classid::bigint << 32 | objid::bigint) = $1
              and pg_locks.database = (select oid from pg_database where datname = current_database())
            """);
        ask.Parameters.Add(new() { Value = Key });
        return await ask.ExecuteScalarAsync(cancellation) as string ?? "a process that has just gone";
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever watches the connection is using it, and it can do one thing at a time.
        await _letGo.CancelAsync();
        await _watch;
        if (_held is not { } held)
            return;
        _held = null;
        try
        {
            // The pool would put off its own clean-up, and with it the unlocking, until the connection is used again.
            await using var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", held);
            await unlock.ExecuteNonQueryAsync();
        }
        catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException)
        {
            // A broken connection holds no lock.
        }
        await Close(held);
    }

    private static async Task Close(NpgsqlConnection connection)
    {
        try
        {
            await connection.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // It was broken, and is closed all the same.
        }
    }
}
