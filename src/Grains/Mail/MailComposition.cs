using Backsoon.Promises;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Backsoon.Mail;

public static class MailComposition
{
    public static IServiceCollection AddMail(this IServiceCollection services) => services
        .AddSingleton(new ThirdPartySource(configuration => MailSettings.Read(configuration).ThirdParty))
        .AddSingleton<Outbox>()
        .AddSingleton<OutboxErasure>()
        .AddSingleton<EmailKinds>()
        .AddSingleton<EmailRenderer>()
        .AddSingleton<MailQueue>()
        .AddSingleton<MailReadiness>()
        .AddSingleton<MailGate>()
        .AddSingleton<MailReputation>()
        .AddSingleton<Suppressions>()
        .AddSingleton<DeliveryReports>()
        .AddSingleton<WebhookWriter>()
        .AddSingleton(s => MailSettings.Read(s.GetRequiredService<IConfiguration>()))
        .AddSingleton<MailTransport>(s => s.GetRequiredService<MailSettings>() switch
        {
            { Smtp: { } server } settings => new Smtp(server, settings.From, s.GetRequiredService<TimeProvider>()),
            { Resend: { } account } settings => new Resend(account, settings.From, s.GetRequiredService<TimeProvider>()),
            { SendGrid: { } account } settings => new SendGrid(account, settings.From, s.GetRequiredService<TimeProvider>()),
            var settings => new DevelopmentTransport(s.GetRequiredService<NpgsqlDataSource>(), settings, s.GetRequiredService<TimeProvider>()),
        });
}
