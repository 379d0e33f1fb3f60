using Npgsql;

namespace Backsoon.Storage;

/// <summary>Statements of grains on the ledger's tables. What PostgreSQL throws does not leave a grain: in a cluster its callers could not read it.</summary>
public sealed class Ledger(NpgsqlDataSource database)
{
    /// <returns>How many rows it touched.</returns>
    public Task<int> Execute(string sql, params object[] values) => Run(sql, values, command => command.ExecuteNonQueryAsync());

    /// <summary>Runs many statements with a value each in one exchange with the database. Each commits by itself, so that none holds its locks for the others.</summary>
    /// <returns>How many rows each touched.</returns>
    public Task<IReadOnlyList<int>> Execute(IReadOnlyList<(string Sql, object Value)> statements) => Ask(async () =>
    {
        await using var batch = database.CreateBatch();
        batch.EnableErrorBarriers = true;
        foreach (var (sql, value) in statements)
            batch.BatchCommands.Add(new(sql) { Parameters = { new() { Value = value } } });
        await batch.ExecuteNonQueryAsync();
        return (IReadOnlyList<int>)[.. ((IList<NpgsqlBatchCommand>)batch.BatchCommands).Select(command => command.RecordsAffected)];
    });

    public Task<List<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> row, params object[] values) => Run(sql, values, async command =>
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(row(reader));
        return rows;
    });

    private Task<T> Run<T>(string sql, object[] values, Func<NpgsqlCommand, Task<T>> run) => Ask(async () =>
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await run(command);
    });

    /// <summary>For what needs statements of its own.</summary>
    public static async Task<T> Ask<T>(Func<Task<T>> database)
    {
        try
        {
            return await database();
        }
        catch (NpgsqlException failure)
        {
            throw Failed(failure);
        }
    }

    /// <summary>What a grain throws instead.</summary>
    public static OrleansException Failed(NpgsqlException failure) => new($"The ledger did not answer: {failure.Message}");
}
