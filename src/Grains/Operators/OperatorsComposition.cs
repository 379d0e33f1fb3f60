using Backsoon.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Operators;

public static class OperatorsComposition
{
    public static IServiceCollection AddOperators(this IServiceCollection services)
    {
        // Whoever puts a process together says better.
        services.TryAddSingleton(s => new InstallationFacts("in this process", s.GetRequiredService<TimeProvider>().GetUtcNow(), KnowsReminders: true));
        services.TryAddSingleton(s => OperatorList.Read(s.GetRequiredService<IConfiguration>()));
        return services
            .AddSingleton<OperatorRows>()
            .AddSingleton<AuditLog>()
            .AddSingleton(EmailKind.Of("operator-sign-in", () => new OperatorSignInEmail("https://console.example.com/link/8s1VfN0bQkq3mXo2Zt5hYw7cJr9uEaLdPgTiBnHxKvM", IOperatorsGrain.LinkLife)));
    }
}
