using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Backsoon.Billing;

public static class BillingComposition
{
    /// <summary>What charging for plans needs, and what is there where nothing is charged for.</summary>
    public static IServiceCollection AddBilling(this IServiceCollection services)
    {
        services.TryAddSingleton<Ledger>();
        services.TryAddSingleton<Keys>();
        services.TryAddSingleton<Policies>();
        return services
            .AddSingleton(new ThirdPartySource(configuration => StripeSettings.Read(configuration) is { } settings ? ThirdParties.Stripe(settings.Url) : null))
            .AddSingleton<BillingRows>()
            .AddSingleton<BillingMails>()
            .AddSingleton(s => new BillingDesk(
                StripeSettings.Read(s.GetRequiredService<IConfiguration>()) is { } settings ? new Stripe(settings, s.GetRequiredService<Site>(), s.GetRequiredService<TimeProvider>()) : null,
                s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<ILogger<BillingDesk>>()))
            .AddSingleton(EmailKind.Of("trial", TrialEmail.Example))
            .AddSingleton(EmailKind.Of("payment-failed", PaymentFailedEmail.Example))
            .AddSingleton(EmailKind.Of("unpaid", UnpaidEmail.Example))
            .AddSingleton(EmailKind.Of("subscription-ended", SubscriptionEndedEmail.Example))
            .AddSingleton(EmailKind.Of("reopened", ReopenedEmail.Example));
    }
}
