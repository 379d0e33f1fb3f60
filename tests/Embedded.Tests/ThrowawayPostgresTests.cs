using Npgsql;

namespace Backsoon.Embedded;

public sealed class ThrowawayPostgresTests
{
    [Fact]
    public async Task A_copy_of_a_database_has_what_the_template_had()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway();
        var template = await postgres.CreateDatabase("template");
        await Ask(template, "create table planted (word text); insert into planted values ('copied')");
        var copy = await postgres.CreateDatabase("copy", template: "template");
        Assert.Equal("copied", await Ask(copy, "select word from planted"));
    }

    private static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
