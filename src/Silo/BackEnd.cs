using Backsoon.Accounts;
using Backsoon.Billing;
using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Operators;
using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>Puts a back end together: what grains need, whichever host runs them.</summary>
public static class BackEnd
{
    public static IServiceCollection AddBackEnd(this IServiceCollection services) => services
        .AddMail()
        .AddAccounts()
        .AddDispatch()
        .AddBooking()
        .AddCalendars()
        .AddPromises()
        .AddBilling()
        .AddOperators()
        .AddSingleton<ErasureReplay>()
        .AddHostedService<StartUp>();

    /// <summary>For whoever measures: what waits is counted from time to time.</summary>
    public static IServiceCollection AddGauges(this IServiceCollection services) => services.AddHostedService<Gauges>();

    /// <summary>What has to be set before a back end may run in production, a sentence each.</summary>
    public static IEnumerable<string> Problems()
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        return [.. RootKeyProblems(configuration), .. MailSettings.Problems(configuration), .. GoogleSettings.Problems(configuration), .. StripeSettings.Problems(configuration), .. PolicySetting.Problems(configuration), .. OperatorSettings.Problems(configuration), .. CanarySetting.Problems(configuration), .. OperatorList.Problems(configuration)];
    }

    private static IEnumerable<string> RootKeyProblems(IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["BACKSOON_ROOT_KEY"]))
            yield return "BACKSOON_ROOT_KEY is not set. Make one with `openssl rand -hex 32`, keep a copy apart from your backups, and set it: without it nothing encrypted can be read again.";
    }

    /// <summary>The assembly that holds the grains.</summary>
    public static System.Reflection.Assembly Grains => typeof(RootKey).Assembly;

    // Grains that are woken by nobody but the clock have to be told once that they exist.
    private sealed class StartUp(IGrainFactory grains, RootKey rootKey, ErasureReplay replay, MailTransport transport, Site site, BillingDesk billing, IHostEnvironment environment, IConfiguration configuration, ILogger<StartUp> log) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            // Before anything that would try to read what is wrapped, and fail at it for good.
            if (!await grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).IsWrappedBy(rootKey.Mark))
                throw new InvalidOperationException("The key ring in the database was wrapped by another root key than the one this process was given.");
            await grains.GetGrain<IPolicyGrain>(IPolicyGrain.Key).Start();
            await replay.Run();
            await grains.GetGrain<IMailGrain>(transport.GrainKey).Start();
            for (var shard = 0; shard < IChainsGrain.Shards; shard++)
                await grains.GetGrain<IChainsGrain>($"chains/{shard}").Start();
            for (var shard = 0; shard < IRemindersGrain.Shards; shard++)
                await grains.GetGrain<IRemindersGrain>($"reminders/{shard}").Start();
            await grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Start();
            await grains.GetGrain<IChecksGrain>(IChecksGrain.Key).Start();
            await grains.GetGrain<ISealGrain>(ISealGrain.Key).Start();
            await grains.GetGrain<IBreachesGrain>(IBreachesGrain.Key).Start();
            await grains.GetGrain<ICanaryGrain>(ICanaryGrain.Key).Start();
            await grains.GetGrain<IUndeliveredGrain>(IUndeliveredGrain.Key).Start();
            await grains.GetGrain<ICalendarWritesGrain>(ICalendarWritesGrain.Key).Start();
            foreach (var provider in MailSettings.Tracked)
                await grains.GetGrain<IWebhooksGrain>($"webhooks/{provider}").Start();
            if (MailSettings.Untracked(configuration) is { } setting)
                log.LogWarning("Deliveries are not tracked: bounces and complaints stay unknown. Have your mail provider report events to {Address} and set {Setting}.", site.Home($"/webhooks/{transport.Name}"), setting);
            if (billing.Stripe is null)
                log.LogInformation("Nothing is charged for: no trial ends and no page is paused. To charge for plans, set STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET and STRIPE_PLANS.");
            await grains.GetGrain<IBillingGrain>(IBillingGrain.Key).Start();
            await grains.GetGrain<ISearchGrain>(ISearchGrain.Key).Start();
            if (environment.IsDevelopment() && configuration.GetValue("BACKSOON_DEMO", true))
                await grains.GetGrain<IDemoGrain>(IDemoGrain.Key).Plant();
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
