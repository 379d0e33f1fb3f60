using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Promises;

public static class PromisesComposition
{
    public static IServiceCollection AddPromises(this IServiceCollection services)
    {
        services.TryAddSingleton<Policies>();
        return services.AddSingleton(s => PolicySetting.Read(s.GetRequiredService<IConfiguration>()));
    }
}
