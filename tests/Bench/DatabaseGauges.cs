using System.Globalization;
using Npgsql;

namespace Backsoon;

/// <summary>What the database knows of itself at one moment.</summary>
public sealed record DatabaseGauges(double Size, double Logged, double Commits, int Connections, IReadOnlyDictionary<string, (double Scans, double Rows)> Scanned, IReadOnlyDictionary<string, (double Calls, double Milliseconds)> Statements)
{
    private const int Shown = 12;
    private const int LongestShown = 150;

    public static async Task<DatabaseGauges> Read(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        var (size, logged, commits, connections) = (await Crowd.Read(connection, """
            select pg_database_size(current_database())::float8, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8, d.xact_commit::float8, d.numbackends from pg_stat_database d where d.datname = current_database()
            """, row => (row.GetDouble(0), row.GetDouble(1), row.GetDouble(2), row.GetInt32(3)))).Single();
        var scanned = await Crowd.Read(connection, "select relname::text, seq_scan::float8, seq_tup_read::float8 from pg_stat_user_tables", row => (row.GetString(0), (row.GetDouble(1), row.GetDouble(2))));
        var statements = await Crowd.Read(connection, "select count(*) from pg_extension where extname = 'pg_stat_statements'", row => row.GetInt64(0)) is [1]
            ? await Crowd.Read(connection, "select queryid || ' ' || query, sum(calls)::float8, sum(total_exec_time + total_plan_time)::float8 from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database()) group by 1", row => (row.GetString(0), (row.GetDouble(1), row.GetDouble(2))))
            : [];
        return new DatabaseGauges(size, logged, commits, connections, scanned.ToDictionary(), statements.ToDictionary());
    }

    /// <summary>Tables of which more was read from end to end than is worth nothing.</summary>
    public IReadOnlyList<string> ScannedSince(DatabaseGauges before, double requests) =>
    [
        .. from table in Scanned
           let earlier = before.Scanned.GetValueOrDefault(table.Key)
           let rows = table.Value.Rows - earlier.Rows
           where rows > requests
           orderby rows descending
           select string.Create(CultureInfo.InvariantCulture, $"{table.Key} {table.Value.Scans - earlier.Scans:N0} times, {rows:N0} rows"),
    ];

    public IReadOnlyList<string> StatementsSince(DatabaseGauges before, double requests) =>
    [
        .. (from statement in Statements
            let earlier = before.Statements.GetValueOrDefault(statement.Key)
            let spent = statement.Value.Milliseconds - earlier.Milliseconds
            orderby spent descending
            select string.Create(CultureInfo.InvariantCulture, $"{spent / requests:N3} ms a request, {(statement.Value.Calls - earlier.Calls) / requests:N2} times: {Short(statement.Key)}")).Take(Shown),
    ];

    private static string Short(string statement)
    {
        var text = string.Join(' ', statement[(statement.IndexOf(' ') + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= LongestShown ? text : $"{text[..LongestShown]}…";
    }
}
