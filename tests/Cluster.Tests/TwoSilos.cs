using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace Backsoon;

/// <summary>Two silos on one database, with state and reminders as the product keeps them. What is asked for by name is the first one's.</summary>
public sealed class TwoSilos : IHost
{
    // A slow machine is no defect of a grain.
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromMinutes(5);

    // Grains go by the clock of the tests, and so do their timers. What keeps the cluster together goes by the time of day: a day of the tests is a moment.
    private static readonly string[] s_ownClocks = [TimeProviderNames.Messaging, TimeProviderNames.SystemTimers, TimeProviderNames.Membership, TimeProviderNames.ActivationManagement, TimeProviderNames.GrainDirectory];

    private readonly ConcurrentDictionary<string, Work> _work = new();
    private readonly NpgsqlDataSource _database;
    private readonly string _connection;

    // What may be asked for before there is a silo: whatever needs no grain.
    private readonly Lazy<ServiceProvider> _unstarted;

    public TwoSilos(NpgsqlDataSource database, Action<IServiceCollection> compose)
    {
        _database = database;
        var connection = _connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 10 }.ConnectionString;
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ServiceId = SiloSettings.Service;
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration["BACKSOON_DEMO"] = "false";
            host.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        });
        builder.ConfigureSilo((options, silo) =>
        {
            var work = _work.GetOrAdd(options.SiloName, _ => new());
            silo.UseBacksoonStorage(connection)
                .Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = s_callTimeout)
                .AddIncomingGrainCallFilter(work);
            silo.Services.AddSingleton(database);
            compose(silo.Services);
            foreach (var area in s_ownClocks)
                silo.Services.AddKeyedSingleton(area, TimeProvider.System);
            var reminders = silo.Services.Last(service => service.ServiceType == typeof(IReminderTable));
            silo.Services.AddSingleton<IReminderTable>(services => new SleepingReminders((IReminderTable)(reminders.ImplementationFactory?.Invoke(services) ?? ActivatorUtilities.CreateInstance(services, reminders.ImplementationType!))));
            silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, (services, _) => new ReminderClock(services.GetRequiredService<TimeProvider>()));
        });
        Cluster = builder.Build();
        _unstarted = new(() =>
        {
            var services = new ServiceCollection().AddLogging().AddSingleton(database).AddSingleton(DispatchProxy.Create<IGrainFactory, Unstarted>());
            compose(services);
            return services.BuildServiceProvider();
        });
    }

    public InProcessTestCluster Cluster { get; }

    public IServiceProvider Services => Cluster.Silos.Count > 0 ? Cluster.Silos[0].SiloHost.Services : _unstarted.Value;

    /// <summary>Whether no call between grains that live and no statement has been under way for a moment.</summary>
    public bool IsAtRest
    {
        get
        {
            if (!Cluster.Silos.All(silo => !_work.TryGetValue(silo.Name, out var work) || work.IsDone))
                return false;
            using var look = _database.CreateCommand("select not exists (select from pg_stat_activity where datname = current_database() and state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid())");
            return look.ExecuteScalar() is true;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Cluster.DeployAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => Cluster.StopAllSilosAsync(cancellationToken);

    public void Dispose()
    {
        Cluster.Dispose();
        // Orleans leaves its own pool behind, and each test has another database.
        using var own = new NpgsqlConnection(_connection);
        NpgsqlConnection.ClearPool(own);
        if (_unstarted.IsValueCreated)
            _unstarted.Value.Dispose();
    }

    /// <summary>Grains of a cluster that was not started.</summary>
    public class Unstarted : DispatchProxy
    {
        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException("No silo was started.");
    }
}
