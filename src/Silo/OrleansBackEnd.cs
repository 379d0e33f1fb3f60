#if ORLEANS
using System.Data.Common;
using System.Text.Json;
using Backsoon.Operators;
using Backsoon.Storage;
using Backsoon.Tenants;
using Orleans.Configuration;
using Orleans.Storage;

namespace Backsoon;

/// <summary>A back end as one silo of an Orleans cluster.</summary>
public static class OrleansBackEnd
{
    /// <summary>By what a silo finds the reminders of a grain.</summary>
    public static int Hash(string grain) => unchecked((int)GrainId.Parse(grain).GetUniformHashCode());

    public static void AddSilo(this WebApplicationBuilder builder, SiloSettings settings, ClusterDatabase database)
    {
        builder.Services
            .AddSingleton(settings.Site)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(database.Source)
            .AddSingleton(new InstallationFacts("A cluster of Orleans silos", TimeProvider.System.GetUtcNow(), KnowsReminders: false))
            .AddSingleton(database.Hold)
            .AddSingleton(RootKey.Parse(settings.RootKey))
            .AddSingleton(new ErasedFile(builder.Configuration["BACKSOON_ERASED"] is { Length: > 0 } path ? path : Path.Combine(settings.Data, "erased")));
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster, SiloSettings.Service))
            .ConfigureEndpoints(settings.Address, settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: true)
            .UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = ("Npgsql", database.ConnectionString))
            .UseBacksoonStorage(database.ConnectionString));
        // After the silo, which has joined before they start.
        builder.Services.AddBackEnd().AddHostedService<ClusterGuard>();
    }

    // A request's grain goes after each call: of so many who send the same at once each still has a turn.
    private const int SameAtOnce = 100;

    /// <summary>State and reminders as the embedded host keeps them; and when they cannot be kept, that is told as there.</summary>
    public static ISiloBuilder UseBacksoonStorage(this ISiloBuilder silo, string connectionString) => silo
        .UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = ("Npgsql", connectionString))
        .AddAdoNetGrainStorageAsDefault(storage =>
        {
            (storage.Invariant, storage.ConnectionString) = ("Npgsql", connectionString);
            storage.DeleteStateOnClear = true;
            storage.GrainStorageSerializer = new StateFormat();
        })
        .Configure<SiloMessagingOptions>(messaging => messaging.MaxForwardCount = SameAtOnce)
        .AddIncomingGrainCallFilter<DatabaseFailure>();

    // The embedded host's JSON: Orleans' own has names of classes and assemblies in it, which no rename survives.
    private sealed class StateFormat : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, JsonSerializerOptions.Default));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, JsonSerializerOptions.Default)!;
    }

    // What the database throws has no codec: in its place whoever asked would be told that there is none.
    private sealed class DatabaseFailure : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            try
            {
                await context.Invoke();
            }
            catch (DbException failure)
            {
                throw new OrleansException($"The database did not answer: {failure.Message}");
            }
        }
    }
}
#endif
