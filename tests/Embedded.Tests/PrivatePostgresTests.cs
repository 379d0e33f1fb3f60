using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Backsoon.Embedded;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly DataFolderOfTest _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task What_is_committed_is_there_after_a_stop_and_a_start()
    {
        await using (var first = await Start())
            await Execute(first.ConnectionString, "create table kept (word text); insert into kept values ('still here')");
        await using var second = await Start();
        Assert.Equal("still here", await Ask(second.ConnectionString, "select word from kept"));
    }

    private Task<PrivatePostgres> Start() => PrivatePostgres.Start(_data.Path, NullLogger.Instance, CancellationToken.None);

    private static Task Execute(string connectionString, string sql) => Ask(connectionString, sql);

    private static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
