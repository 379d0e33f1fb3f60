using Npgsql;

namespace Backsoon.Embedded;

/// <summary>
/// Keeps a database to one process: an advisory lock, held for as long as one connection lives. The server is asked to probe that connection
/// every 10 s, so that it frees the lock of a machine that vanished.
/// </summary>
internal sealed class DatabaseLock(NpgsqlDataSource database) : IAsyncDisposable
{
    // "Backsoon" in ASCII.
    private const long Key = 0x4261636B_736F6F6E;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    private NpgsqlConnection? _held;

    public async Task<bool> TryTake(CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await using var probes = new NpgsqlCommand("set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3", connection);
            await probes.ExecuteNonQueryAsync(cancellation);
            await using var take = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = Key } } };
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
        try
        {
            while (true)
            {
                // Waiting ends at once when the connection breaks; one that died in silence is found out by asking.
                await connection.WaitAsync(ProbeInterval, stopping);
                await using var ask = new NpgsqlCommand("select 1", connection) { CommandTimeout = 5 };
                await ask.ExecuteScalarAsync(stopping);
            }
        }
        catch (NpgsqlException exception)
        {
            _held = null;
            await connection.DisposeAsync();
            return exception.Message;
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
        if (_held is null)
            return;
        try
        {
            // The pool would put off its own clean-up, and with it the unlocking, until the connection is used again.
            await using var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", _held);
            await unlock.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // A broken connection holds no lock.
        }
        await _held.DisposeAsync();
        _held = null;
    }
}
