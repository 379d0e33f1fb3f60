using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;

namespace Backsoon.Embedded;

public static class EmbeddedGrains
{
    /// <summary>Hosts grains in this process. Wants an <see cref="NpgsqlDataSource"/> among the services, with the tables in place when the application starts; a <see cref="DatabaseLock"/> that is held already is used and left held.</summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedOptions> configure)
    {
        var options = new EmbeddedOptions();
        configure(options);
        var catalog = new GrainCatalog(options.GrainAssemblies);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DatabaseLock>();
        return services
            .AddSingleton(s => new GrainHost(s, catalog, options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<GrainHost>>()))
            .AddSingleton(s => new Reminders(
                s.GetRequiredService<GrainHost>(), s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<Reminders>>()))
            .AddSingleton<IClusterClient>(s => s.GetRequiredService<GrainHost>())
            .AddSingleton<IGrainFactory>(s => s.GetRequiredService<GrainHost>())
            .AddSingleton<IHostedService, EmbeddedService>();
    }
}
