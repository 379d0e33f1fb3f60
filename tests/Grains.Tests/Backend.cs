using Backsoon.Dispatch;
using Backsoon.Embedded;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Backsoon;

/// <summary>
/// A whole back end for the tests of this assembly: real grains on the real host and a real database, a clock that only tests move, and mails that are
/// recorded. All tests share it, one after the other, so everything they name is their own: tenants, addresses, slugs.
/// </summary>
public sealed class Backend : IAsyncLifetime
{
    public const string Name = "backend";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("backend").FullName;
    private PrivatePostgres _postgres = null!;
    private IHost _host = null!;
    private int _databases;
    private bool _isBorrowed;
    private Action<IServiceCollection> _change = _ => { };

    public ManualClock Clock { get; private init; } = new();

    /// <summary>What the next process wraps with.</summary>
    public RootKey RootKey { get; set; } = new(new byte[32]);

    public Site Site { get; } = new("http", "localhost:8080");

    public RecordedMails Mails { get; } = new();

    public NpgsqlDataSource Database { get; private set; } = null!;

    public IHost Host => _host;

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartThrowaway();
        Database = await NewDatabase();
        await Up();
    }

    /// <summary>A back end beside this one, with a clock, mails and a database of its own, for a test that sets the clock or ends the process.</summary>
    /// <param name="change">What it is to have otherwise than this one.</param>
    /// <param name="connections">How many to the database. With few, each has seen every statement soon, and has it prepared.</param>
    public async Task<Backend> Beside(ManualClock? clock = null, Action<IServiceCollection>? change = null, int connections = 20)
    {
        var other = new Backend { _postgres = _postgres, _isBorrowed = true, _change = change ?? (_ => { }), Clock = clock ?? new(), Database = await NewDatabase(asInProduct: true, connections) };
        await other.Up();
        return other;
    }

    /// <summary>Ends the process and begins another on the same database. The clock goes on in between.</summary>
    /// <param name="meanwhile">What is done while there is none.</param>
    public async Task Down(TimeSpan time, Func<Task>? meanwhile = null)
    {
        var before = Grains;
        await _host.StopAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => before.GetGrain<IChainsGrain>("chains/0").Sweep());
        _host.Dispose();
        Clock.Advance(time);
        if (meanwhile is not null)
            await meanwhile();
        await Up();
        await Advance(TimeSpan.Zero);
        await Rest();
    }

    /// <summary>Lets time pass by the minute, and whatever comes due be done: by reminders and timers alone.</summary>
    public async Task Live(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            await Advance(TimeSpan.FromMinutes(1));
            await Rest();
        }
    }

    public Task Rest() => Rest(_host, Clock);

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Database.DisposeAsync();
        if (!_isBorrowed)
            await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Moves the clock and has every reminder that came due received. Timers ring by themselves.</summary>
    public async Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        await _host.Tick();
    }

    /// <summary>Puts every grain out of memory, as a restart would: what comes back is what was kept.</summary>
    public Task Restart() => _host.DeactivateAll();

    private async Task Up()
    {
        _host = Build(Database, Clock, services => _change(services.Replace(ServiceDescriptor.Singleton<MailTransport>(Mails))));
        await _host.StartAsync();
    }

    /// <summary>A database with every table and nothing in it, for a test that needs a back end of its own.</summary>
    /// <param name="asInProduct">Whether statements are prepared and connections left as they are, which costs half.</param>
    public async Task<NpgsqlDataSource> NewDatabase(bool asInProduct = false, int connections = 20)
    {
        // Made once and copied: that is quicker than making every table anew for each test.
        if (_databases == 0)
        {
            await using var empty = NpgsqlDataSource.Create(await _postgres.CreateDatabase("empty") + ";Pooling=false");
            await Migrations.Apply(empty);
        }

        var connection = await _postgres.CreateDatabase($"test{Interlocked.Increment(ref _databases)}", template: "empty");
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = connections, MaxAutoPrepare = asInProduct ? 2000 / connections : 0, AutoPrepareMinUsages = 3, NoResetOnClose = asInProduct });
    }

    /// <summary>A back end on this database, not started yet: what the product puts together, with the services a test wants otherwise.</summary>
    public IHost Build(NpgsqlDataSource database, ManualClock clock, Action<IServiceCollection> change) => TestHost.Build(database, services => change(services
        .AddSingleton(Site)
        .AddSingleton(RootKey)
        .AddSingleton(new CanarySetting(IsOn: false))
        .AddSingleton(new ErasedFile(Path.Combine(_folder, "erased")))
        .AddSingleton<TimeProvider>(clock)
        .AddBackEnd()));

    /// <summary>Waits until no grain of the host has anything left to do before the clock moves on, however long that takes.</summary>
    /// <param name="isHeld">Whether what is left waits for the clock itself, such as a call to a provider that says nothing.</param>
    public static Task Rest(IHost host, ManualClock clock, Func<bool>? isHeld = null) => Eventually(
        () =>
        {
            // A turn sets its timer before it ends, and a timer that is due at once begins a turn: at rest is who does neither in between.
            var rung = clock.RungAtOnce;
            return Task.FromResult(!clock.IsRinging && host.IsAtRest() && clock.RungAtOnce == rung || isHeld?.Invoke() == true);
        },
        "the grains came to rest");

    /// <summary>Waits for what another thread is about to do; fails when it does not.</summary>
    public static async Task<T> Eventually<T>(Func<Task<T?>> look, string what) where T : class
    {
        var (clock, looks) = (TimeProvider.System, 0);
        // Most of it comes at once.
        for (var since = clock.GetTimestamp(); clock.GetElapsedTime(since) < s_patience; await Task.Delay(TimeSpan.FromMilliseconds(++looks < 30 ? 1 : 10), clock))
        {
            if (await look() is { } seen)
                return seen;
        }

        throw new TimeoutException($"It did not come to be within {s_patience.TotalMinutes} minutes that {what}.");
    }

    public static Task Eventually(Func<Task<bool>> look, string what) => Eventually(async () => await look() ? "" : null, what);
}

[CollectionDefinition(Backend.Name)]
public sealed class BackendCollection : ICollectionFixture<Backend>;
