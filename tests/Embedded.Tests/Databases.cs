using System.Diagnostics;
using Npgsql;

namespace Backsoon.Embedded;

/// <summary>A database server for the length of the test run, and a new database with the hosts' tables for whoever asks.</summary>
public sealed class Databases : IAsyncLifetime
{
    private const string Programs = "/usr/lib/postgresql/15/bin";

    private readonly string _folder = Directory.CreateTempSubdirectory("grains").FullName;
    private NpgsqlDataSource _server = null!;
    private int _made;

    public async Task InitializeAsync()
    {
        Shell("chown", "postgres", _folder);
        Postgres("initdb", "-D", $"{_folder}/data", "-A", "trust", "-U", "postgres", "--no-sync");
        Start();
        _server = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
        await Execute("create database empty");
        await using var empty = NpgsqlDataSource.Create(ConnectionString("empty") + ";Pooling=false");
        using var schema = new StreamReader(typeof(Databases).Assembly.GetManifestResourceStream("0001_grains.sql")!);
        await using var command = empty.CreateCommand(await schema.ReadToEndAsync());
        await command.ExecuteNonQueryAsync();
    }

    public async Task<string> Create()
    {
        var name = $"test{Interlocked.Increment(ref _made)}";
        await Execute($"create database {name} template empty");
        return ConnectionString(name);
    }

    public void Start() => Postgres("pg_ctl", "-D", $"{_folder}/data", "-w", "-l", $"{_folder}/log", "-o", $"-c listen_addresses= -c unix_socket_directories={_folder} -c fsync=off -c max_connections=200", "start");

    public void Kill() => Postgres("pg_ctl", "-D", $"{_folder}/data", "-m", "immediate", "stop");

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionString(string database) => $"Host={_folder};Username=postgres;Database={database};Maximum Pool Size=20";

    private async Task Execute(string sql)
    {
        await using var command = _server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static void Postgres(string program, params string[] arguments) =>
        Shell("runuser", ["-u", "postgres", "--", $"{Programs}/{program}", .. arguments]);

    private static void Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}

[CollectionDefinition(Name)]
public sealed class Grains : ICollectionFixture<Databases>
{
    public const string Name = "grains";
}
