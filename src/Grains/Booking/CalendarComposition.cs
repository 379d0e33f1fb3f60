using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Booking;

public static class CalendarComposition
{
    /// <summary>What hosts' calendars elsewhere need.</summary>
    public static IServiceCollection AddCalendars(this IServiceCollection services)
    {
        services.TryAddSingleton<Ledger>();
        return services
            .AddSingleton(new ThirdPartySource(configuration => GoogleSettings.Read(configuration)?.ThirdParty))
            .AddSingleton<CalendarRows>()
            .AddSingleton<CalendarOutbox>()
            .AddSingleton(s => new CalendarKeepers(GoogleSettings.Read(s.GetRequiredService<IConfiguration>()) is { } settings ? new GoogleCalendar(settings, s.GetRequiredService<Site>(), s.GetRequiredService<TimeProvider>()) : null))
            .AddSingleton(EmailKind.Of("calendar-ended", CalendarEndedEmail.Example));
    }
}
