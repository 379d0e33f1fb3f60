using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Backsoon;

/// <summary>Two silos on one database, with state and reminders as the product keeps them. What is asked for by name is the first one's.</summary>
public sealed class TwoSilos : IHost
{
    // A slow machine is no defect of a grain.
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromMinutes(5);

    // A reminder's row is read again only by who owns its range: tests deliver them by their own clock.
    private static readonly TimeSpan s_never = TimeSpan.FromDays(1);

    public TwoSilos(NpgsqlDataSource database, Action<IServiceCollection> compose)
    {
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 10 }.ConnectionString;
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ServiceId = SiloSettings.Service;
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration["BACKSOON_DEMO"] = "false";
            host.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        });
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseBacksoonStorage(connection)
                .Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = s_callTimeout)
                .Configure<ReminderOptions>(reminders => reminders.RefreshReminderListPeriod = s_never)
                .AddIncomingGrainCallFilter<Work>();
            silo.Services.AddSingleton(database);
            compose(silo.Services);
        });
        Cluster = builder.Build();
    }

    public InProcessTestCluster Cluster { get; }

    public IServiceProvider Services => Cluster.Silos[0].SiloHost.Services;

    public Task StartAsync(CancellationToken cancellationToken = default) => Cluster.DeployAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => Cluster.StopAllSilosAsync(cancellationToken);

    public void Dispose() => Cluster.Dispose();
}
