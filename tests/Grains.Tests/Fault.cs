using Npgsql;

namespace Backsoon;

/// <summary>Counts the statements that write to a database, and makes it refuse one of them: the database itself, so that whatever writes is hit as it would be.</summary>
public sealed class Fault : IAsyncDisposable
{
    private const int Never = int.MaxValue;

    // What the pump notes about mails on their way goes on meanwhile and is not counted.
    private const string Arm =
        """
        create sequence fault_seen;
        create function fault() returns trigger language plpgsql as $body$
        begin
            if nextval('fault_seen') = $number then raise exception 'fault'; end if;
            return null;
        end $body$;
        do $body$
        declare name text;
        begin
            for name in select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'mail_attempt' loop
                execute format('create trigger fault before insert %s or delete on %I for each statement execute function fault()', case name when 'outbox' then '' else 'or update' end, name);
            end loop;
        end $body$;
        """;

    private readonly NpgsqlDataSource _database;
    private readonly int _number;

    private Fault(NpgsqlDataSource database, int number) => (_database, _number) = (database, number);

    /// <summary>Refuses the statement of this number from now on, once.</summary>
    public static async Task<Fault> OnWrite(NpgsqlDataSource database, int number)
    {
        await Change(database, Arm.Replace("$number", $"{number}", StringComparison.Ordinal));
        return new Fault(database, number);
    }

    public static Task<Fault> CountingOnly(NpgsqlDataSource database) => OnWrite(database, Never);

    /// <summary>How many statements have written so far. A sequence is not rolled back: the one refused is counted, too.</summary>
    public Task<long> Seen() => _database.Scalar<long>("select case when is_called then last_value else 0 end from fault_seen");

    public async Task<bool> HasFired() => await Seen() >= _number;

    public async ValueTask DisposeAsync() => await Change(_database, "drop function fault() cascade; drop sequence fault_seen");

    // It locks every table, one after the other, and the hourly check reads several at once in an order of its own: whoever is picked to give way is done again.
    private static async Task Change(NpgsqlDataSource database, string sql)
    {
        while (true)
        {
            try
            {
                await database.Execute(sql);
                return;
            }
            catch (PostgresException other) when (other.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
            }
        }
    }
}
