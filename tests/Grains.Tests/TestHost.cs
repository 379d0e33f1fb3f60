using Backsoon.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon;

/// <summary>All that these tests know of the host their grains run on: here the embedded one, in Cluster.Tests two silos.</summary>
public static class TestHost
{
    // A slow machine is no defect of a grain.
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromMinutes(5);

    /// <summary>A host on this database, not started yet.</summary>
    /// <param name="compose">What its grains need, and what is to be started with it.</param>
    public static IHost Build(NpgsqlDataSource database, Action<IServiceCollection> compose)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Testing" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddSingleton(database).AddEmbeddedGrains(options =>
        {
            options.GrainAssemblies.Add(BackEnd.Grains);
            options.CallTimeout = s_callTimeout;
        });
        compose(builder.Services);
        return builder.Build();
    }

    /// <summary>Has every reminder received that is due by the clock of the tests.</summary>
    public static Task Tick(this IHost host) => host.Services.GetRequiredService<Reminders>().Tick();

    /// <summary>Puts every grain out of memory.</summary>
    public static Task DeactivateAll(this IHost host) => host.Services.GetRequiredService<GrainHost>().DeactivateAll();

    /// <summary>Whether no grain has anything to do at this moment.</summary>
    public static bool IsAtRest(this IHost host) => host.Services.GetRequiredService<GrainHost>().IsAtRest;
}
