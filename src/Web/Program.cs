using Backsoon;
using Backsoon.Shared;
#if ORLEANS
using Orleans.Configuration;
#endif

#if ORLEANS
var settings = ServerSettings.ReadForCluster(Environment.GetEnvironmentVariable);
#else
var settings = ServerSettings.Read(Environment.GetEnvironmentVariable, BackEnd.Problems);
#endif
if (settings.Problems is { Count: > 0 } problems)
    return ServerSettings.Explain(problems);

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory, EnvironmentName = settings.Environment });
builder.Configure(settings);

#if ORLEANS
builder.UseOrleansClient(client => client
    .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster, "backsoon"))
    .UseAdoNetClustering(gateways => (gateways.Invariant, gateways.ConnectionString) = ("Npgsql", settings.Database))
    // Silos may come after us.
    .UseConnectionRetryFilter(async (_, cancellation) =>
    {
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation);
        return true;
    }));
#else
if (args is ["backup" or "restore", ..])
    return await BackupCommand.Run(args, settings.Data, settings.Database, settings.RootKey);
if (args is [RequestsCommand.Name, ..])
    return await RequestsCommand.Run(args[1..], settings.Data, settings.Database, Console.Out);
if (args is [BreachCommand.Name, ..])
    return await BreachCommand.Run(args[1..], settings.Data, settings.Database, Console.Out);
if (args is [ConsoleLinkCommand.Name, ..])
    return await ConsoleLinkCommand.Run(args[1..], settings.Data, settings.Database, settings.Site, Console.Out);
if (args is [_, ..])
    return await KeyCommand.Run(args, settings.Data, settings.Database, settings.RootKey);
if (settings.PortProblem() is { } taken)
    return ServerSettings.Explain([taken]);
await using var backEnd = await EmbeddedBackEnd.TryStart(builder, settings.Data, settings.Database, settings.RootKey);
if (backEnd is null)
    return ServerSettings.RefusedToStart;
#endif

#if ORLEANS
builder.AddTelemetry("web");
#else
if (builder.AddTelemetry("backsoon"))
    builder.Services.AddGauges();
#endif
builder.Services.AddPages();
if (!settings.IsProduction)
    builder.Services.AddHostedService<Signpost>();

var app = builder.Build();
app.UseFrontDoor();
app.MapPages();

await app.RunAsync();
return 0;
