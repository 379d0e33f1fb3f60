#if !ORLEANS
using Backsoon.Embedded;
using Backsoon.Operators;
using Backsoon.Promises;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>A whole back end inside this process: its database, the embedded host and the grains.</summary>
public sealed class EmbeddedBackEnd : IAsyncDisposable
{
    private readonly HeldDatabase _database;
    private readonly ILoggerFactory _logs;

    private EmbeddedBackEnd(HeldDatabase database, ILoggerFactory logs) => (_database, _logs) = (database, logs);

    /// <summary>Takes the database and registers everything; the grains run once the application built from <paramref name="builder"/> is started.</summary>
    /// <param name="data">Folder for the private cluster and the root key.</param>
    /// <param name="connectionString">Null for the private cluster.</param>
    /// <param name="rootKey">Null for the key in <c>data/root.key</c>.</param>
    public static async Task<EmbeddedBackEnd> Start(WebApplicationBuilder builder, string data, string? connectionString, string? rootKey)
    {
        var logs = Logs(builder.Configuration);
        var database = await HeldDatabase.Take(data, connectionString, rootKey, mayMakeKey: true, logs);
        builder.Services
            .AddSingleton(database.Source)
            .AddSingleton<QueueMeter>()
            .AddSingleton(services => services.GetRequiredService<QueueMeter>().Queue)
            .AddSingleton(database.Hold)
            .AddSingleton(database.RootKey)
            .AddSingleton(new InstallationFacts("One process by itself", TimeProvider.System.GetUtcNow(), KnowsReminders: true))
            .AddSingleton(new LogFolder(database.LogFolder))
            .AddSingleton(new ErasedFile(builder.Configuration["BACKSOON_ERASED"] is { Length: > 0 } path ? path : Path.Combine(data, "erased")))
            .AddEmbeddedGrains(options => options.GrainAssemblies.Add(BackEnd.Grains))
            .AddBackEnd();
        return new EmbeddedBackEnd(database, logs);
    }

    /// <summary>Starts it, or tells the operator in words why it cannot run here and returns null.</summary>
    public static async Task<EmbeddedBackEnd?> TryStart(WebApplicationBuilder builder, string data, string? connectionString, string? rootKey)
    {
        try
        {
            return await Start(builder, data, connectionString, rootKey);
        }
        catch (Exception refused) when (refused is PrivatePostgresException or StartRefusedException)
        {
            await Console.Error.WriteLineAsync($"Backsoon cannot start. {refused.Message}");
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _logs.Dispose();
    }

    internal static ILoggerFactory Logs(IConfiguration configuration) =>
        LoggerFactory.Create(logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true));
}
#endif
