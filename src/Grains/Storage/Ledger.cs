using Npgsql;

namespace Backsoon.Storage;

/// <summary>Statements of grains on the ledger's tables. What PostgreSQL throws does not leave a grain: in a cluster its callers could not read it.</summary>
public sealed class Ledger(NpgsqlDataSource database)
{
    /// <returns>How many rows it touched.</returns>
    public Task<int> Execute(string sql, params object[] values) => Run(sql, values, command => command.ExecuteNonQueryAsync());

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
