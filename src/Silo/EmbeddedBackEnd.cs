#if !ORLEANS
using Backsoon.Accounts;
using Backsoon.Embedded;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon;

/// <summary>A whole back end inside this process: the private PostgreSQL (or the one named), its tables, the embedded host and the grains.</summary>
public sealed class EmbeddedBackEnd : IAsyncDisposable
{
    // A process that needs more than this waits for the disk, not for connections.
    private const int Connections = 24;

    private readonly WebApplicationBuilder _builder;
    private readonly PrivatePostgres? _postgres;
    private readonly NpgsqlDataSource _database;
    private readonly ILoggerFactory _logs;

    private EmbeddedBackEnd(WebApplicationBuilder builder, PrivatePostgres? postgres, NpgsqlDataSource database, ILoggerFactory logs) =>
        (_builder, _postgres, _database, _logs) = (builder, postgres, database, logs);

    /// <summary>Starts the database and registers everything; the grains run once the application built from <paramref name="builder"/> is started.</summary>
    /// <param name="data">Folder for the private cluster and the root key.</param>
    /// <param name="connectionString">Null for the private cluster.</param>
    /// <param name="rootKey">Null for the key in <c>data/root.key</c>.</param>
    public static async Task<EmbeddedBackEnd> Start(WebApplicationBuilder builder, string data, string? connectionString, string? rootKey)
    {
        Directory.CreateDirectory(data);
        var logs = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true));
        var postgres = connectionString is null ? await PrivatePostgres.Start(data, logs.CreateLogger<PrivatePostgres>(), CancellationToken.None) : null;
        var database = Pool(connectionString ?? postgres!.ConnectionString);
        try
        {
            await Migrations.Apply(database);
        }
        catch
        {
            await database.DisposeAsync();
            if (postgres is not null)
                await postgres.DisposeAsync();
            throw;
        }

        builder.Services
            .AddSingleton(database)
            .AddSingleton(rootKey is null ? RootKey.OfFile(Path.Combine(data, "root.key")) : RootKey.Parse(rootKey))
            .AddEmbeddedGrains(options => options.GrainAssemblies.Add(BackEnd.Grains))
            .AddBackEnd();
        return new EmbeddedBackEnd(builder, postgres, database, logs);
    }

    /// <summary>Starts it, or tells the operator in words why the database cannot run here and returns null.</summary>
    public static async Task<EmbeddedBackEnd?> TryStart(WebApplicationBuilder builder, string data, string? connectionString, string? rootKey)
    {
        try
        {
            return await Start(builder, data, connectionString, rootKey);
        }
        catch (PrivatePostgresException refused)
        {
            await Console.Error.WriteLineAsync($"Backsoon cannot start. {refused.Message}");
            return null;
        }
    }

    /// <summary>The connections grains share: bounded, with statements prepared as they prove frequent.</summary>
    public static NpgsqlDataSource Pool(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = Connections, MaxAutoPrepare = 100, AutoPrepareMinUsages = 3, Timeout = 5, CommandTimeout = 20, KeepAlive = 30 };
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>Does one job of an operator instead of serving; returns the exit code.</summary>
    public async Task<int> Run(string verb)
    {
        if (verb != "rotate-keys")
        {
            await Console.Error.WriteLineAsync($"There is no command {verb}. Commands: rotate-keys.");
            return 2;
        }

        await using var app = _builder.Build();
        await app.StartAsync();
        var ring = await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Rotate();
        await app.StopAsync();
        Console.WriteLine($"A new signing key was made. It signs in two minutes, when every process knows it; {ring.Tokens.Keys.Length - 1} older ones go on verifying the links they signed.");
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _logs.Dispose();
    }
}
#endif
