using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Embedded;

/// <summary>The life of the host: takes the database, serves while it holds it, and goes in good order.</summary>
internal sealed class EmbeddedService(
    GrainHost host, Reminders reminders, DatabaseLock hold, NpgsqlDataSource database, IHostApplicationLifetime lifetime, ILogger<EmbeddedService> logger) : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TakeInterval = TimeSpan.FromMilliseconds(250);

    private bool _took;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _took = !hold.IsHeld;
        if (_took && !await Take(host.Options.LockPatience, cancellationToken))
            throw new InvalidOperationException(
                $"Another process holds this database ({await hold.Holder(cancellationToken)}). Only one may use it: stop the other, or give this one a database of its own.");
        host.Serve();
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await host.Stop(cancellationToken);
        if (_took)
            await hold.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        List<Task> loops = [Sweep(ends.Token), Guard(ends.Token)];
        if (host.Options.DeliversReminders)
            loops.Add(reminders.Run(ends.Token));

        // Each is needed: when one has failed, the application stops with it rather than go on half alive.
        var first = await Task.WhenAny(loops);
        await ends.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task Sweep(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(SweepInterval, host.Options.HostClock);
        while (await timer.WaitForNextTickAsync(stopping))
            host.Sweep();
    }

    private async Task Guard(CancellationToken stopping)
    {
        while (true)
        {
            var reason = await hold.Lost(stopping);
            logger.LogError("The hold on the database was lost: {Reason}. Nothing is served until it is taken again", reason);
            host.Suspend($"the database was lost ({reason})");
            if (!await Retake(stopping))
            {
                logger.LogCritical("The database could not be taken again within {Patience}; stopping", host.Options.RetakePatience);
                lifetime.StopApplication();
                return;
            }
            logger.LogWarning("The database is ours again");
            host.Serve();
            reminders.Wake();
        }
    }

    private async Task<bool> Retake(CancellationToken stopping)
    {
        try
        {
            return await Take(host.Options.RetakePatience, stopping);
        }
        catch (NpgsqlException exception)
        {
            logger.LogError(exception, "The database does not answer");
            return false;
        }
    }

    private async Task<bool> Take(TimeSpan patience, CancellationToken cancellation)
    {
        var clock = host.Options.HostClock;
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                if (await hold.TryTake(cancellation))
                    return true;
            }
            catch (NpgsqlException exception) when (clock.GetElapsedTime(began) < patience)
            {
                logger.LogInformation("The database does not answer yet: {Reason}", exception.Message);
                database.Clear();
            }
            if (clock.GetElapsedTime(began) >= patience)
                return false;
            await Task.Delay(TakeInterval, clock, cancellation);
        }
    }
}
