using Backsoon.Embedded;
using Npgsql;

namespace Backsoon;

/// <summary>Keeps a silo's share of the database: when it was lost it is taken again, however long the database is away; when somebody else has taken the database for themselves, the silo stops.</summary>
internal sealed class ClusterGuard(DatabaseLock hold, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ClusterGuard> log) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var reason = await hold.Lost(stoppingToken);
            log.LogWarning("The hold on the database was lost: {Reason}", reason);
            if (!await Retake(stoppingToken))
            {
                log.LogCritical("A process that runs by itself has taken the database: {Holder}. Stopping", await hold.Holder(stoppingToken));
                lifetime.StopApplication();
                return;
            }
        }
    }

    // Meanwhile grains fail by themselves, as they do for every silo, and membership is Orleans' to settle.
    private async Task<bool> Retake(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await hold.TryTake(stopping);
            }
            catch (NpgsqlException away)
            {
                log.LogInformation("The database does not answer yet: {Reason}", away.Message);
            }

            await Task.Delay(s_pause, clock, stopping);
        }
    }
}
