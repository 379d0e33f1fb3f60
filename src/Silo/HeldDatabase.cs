#if !ORLEANS
using Backsoon.Accounts;
using Backsoon.Embedded;
using Backsoon.Operators;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon;

/// <summary>The database of a back end in this process: started if it is our own, held by this process alone, with the tables this build works on, and the root key that belongs to it.</summary>
public sealed class HeldDatabase : IAsyncDisposable
{
    // A process that needs more than this waits for the disk, not for connections.
    private const int Connections = 24;

    // A process that is just ending lets go in a moment.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly PrivatePostgres? _postgres;
    private RootKey? _rootKey;

    private HeldDatabase(PrivatePostgres? postgres, NpgsqlDataSource source) => (_postgres, Source, Hold) = (postgres, source, new DatabaseLock(source));

    public NpgsqlDataSource Source { get; }

    public DatabaseLock Hold { get; }

    /// <summary>Where our own server writes what it has to say; null for a server of somebody else's.</summary>
    public string? LogFolder => _postgres?.LogFolder;

    public RootKey RootKey => _rootKey ?? throw new InvalidOperationException("The root key is not known yet");

    /// <param name="data">Folder for the private cluster and the root key.</param>
    /// <param name="connectionString">Null for the private cluster.</param>
    /// <param name="rootKey">Null for the key in <c>data/root.key</c>.</param>
    /// <param name="mayMakeKey">Whether a database that has no secrets yet is given a new root key when there is none.</param>
    /// <exception cref="StartRefusedException">The operator has to see to something first.</exception>
    /// <exception cref="PrivatePostgresException">The same, about the private cluster.</exception>
    public static async Task<HeldDatabase> Take(string data, string? connectionString, string? rootKey, bool mayMakeKey, ILoggerFactory logs)
    {
        var file = new RootKeyFile(data);
        var key = Read(rootKey, file);
        var address = connectionString is null ? null : DatabaseAddress.Read(connectionString);
        var postgres = address is null ? await PrivatePostgres.Start(data, logs.CreateLogger<PrivatePostgres>(), CancellationToken.None) : null;
        var taken = new HeldDatabase(postgres, Pool(address ?? postgres!.ConnectionString));
        try
        {
            await taken.Prepare(logs.CreateLogger<HeldDatabase>());
            taken._rootKey = key ?? await taken.MakeKey(file, mayMakeKey);
            if (rootKey is null)
                await taken.FinishChange(file);
            await taken.Check(file);
            return taken;
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connections grains share: bounded, with statements prepared as they prove frequent.</summary>
    public static NpgsqlDataSource Pool(string connectionString) => NpgsqlDataSource.Create(DatabaseAddress.WithPool(connectionString, Connections));

    /// <summary>Asks one grain something, and nothing else comes to life: no reminder is delivered, nobody is served.</summary>
    public async Task<T> Ask<T>(Func<IGrainFactory, Task<T>> ask)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(Source).AddSingleton(RootKey).AddSingleton(Hold).AddEmbeddedGrains(options =>
        {
            options.GrainAssemblies.Add(BackEnd.Grains);
            options.DeliversReminders = false;
        });
        using var host = builder.Build();
        await host.StartAsync();
        try
        {
            return await ask(host.Services.GetRequiredService<IGrainFactory>());
        }
        finally
        {
            await host.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Hold.DisposeAsync();
        await Source.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    // Held first: two that changed the tables, or one that changes them under another that runs, would spoil them.
    private async Task Prepare(ILogger logger)
    {
        try
        {
            if (!await Hold.Take(s_patience, TimeProvider.System, CancellationToken.None))
                throw new StartRefusedException($"Another process holds this database ({await Hold.Holder(CancellationToken.None)}). Only one may use it: stop the other, or give this one a database of its own.");
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException && _postgres is null)
        {
            throw StartRefusedException.NotLetIn(failure);
        }

        try
        {
            if (await Migrations.Apply(Source) is { Count: > 0 } added)
                logger.LogWarning("{Newer}", Migrations.Tell(added));
        }
        catch (InvalidOperationException newer)
        {
            throw StartRefusedException.Newer(newer);
        }
    }

    // A change that was cut off: before it was written the database knows the former key, afterwards the next one.
    private async Task FinishChange(RootKeyFile file)
    {
        if (file.Prepared() is not { } next)
            return;
        if (await RootKeyChange.IsWrappedBy(RootKey, Source))
        {
            file.Forget();
        }
        else if (await RootKeyChange.IsWrappedBy(next, Source))
        {
            file.Follow();
            _rootKey = next;
        }
    }

    private async Task Check(RootKeyFile file)
    {
        try
        {
            await Ask(grains => grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read());
        }
        catch (InvalidOperationException other)
        {
            throw new StartRefusedException($"{other.Message} Set BACKSOON_ROOT_KEY, or put back {file.Path}, as it was when Backsoon last ran on this database. Nothing was changed.", other);
        }
    }

    private async Task<RootKey> MakeKey(RootKeyFile file, bool may)
    {
        await using var look = Source.CreateCommand("select exists (select from grain_state where grain_type = 'key-ring' and payload is not null)");
        if (await look.ExecuteScalarAsync() is true || !may)
            throw new StartRefusedException($"There is no root key: BACKSOON_ROOT_KEY is not set, and there is no {file.Path}. Give back the one Backsoon ran with: without it nothing encrypted can be read.");
        return file.Make();
    }

    private static RootKey? Read(string? given, RootKeyFile file)
    {
        try
        {
            return (given ?? file.Read()) is { } key ? RootKey.Parse(key) : null;
        }
        catch (FormatException misspelt)
        {
            throw new StartRefusedException($"{(given is null ? file.Path : "BACKSOON_ROOT_KEY")} cannot be read. {misspelt.Message}", misspelt);
        }
    }
}
#endif
