using System.Diagnostics;
using Npgsql;

namespace Backsoon.Embedded;

/// <summary>A database server for the length of the test run, and a new database with the hosts' tables for whoever asks.</summary>
public sealed class Databases : IAsyncLifetime
{
    private PrivatePostgres _postgres = null!;
    private int _made;

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartThrowaway();
        await using var empty = NpgsqlDataSource.Create(await _postgres.CreateDatabase("empty") + ";Pooling=false");
        using var schema = new StreamReader(typeof(Databases).Assembly.GetManifestResourceStream("0001_grains.sql")!);
        await using var command = empty.CreateCommand(await schema.ReadToEndAsync());
        await command.ExecuteNonQueryAsync();
    }

    public async Task<string> Create() => await _postgres.CreateDatabase($"test{++_made}", template: "empty") + ";Maximum Pool Size=20";

    /// <summary>Kills the server, which is started again by whoever looks after it.</summary>
    public void Kill()
    {
        using var server = Process.GetProcessById(_postgres.ServerProcessId);
        server.Kill();
    }

    public async Task DisposeAsync() => await _postgres.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class Grains : ICollectionFixture<Databases>
{
    public const string Name = "grains";
}
