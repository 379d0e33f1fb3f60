#if ORLEANS
using Backsoon;
using Backsoon.Accounts;

var settings = SiloSettings.Read(Environment.GetEnvironmentVariable, SiloSettings.OwnAddress, BackEnd.Problems);
if (settings.Problems is { Count: > 0 } problems)
    return Refuse([.. problems]);

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory, EnvironmentName = settings.Environment });
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(settings.Port));
// Time to hand over what is under way, and to leave the cluster in good order.
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
try
{
    await using var database = await ClusterDatabase.Join(settings.Database, OrleansBackEnd.Hash);
    builder.AddSilo(settings, database);
    if (builder.AddTelemetry("silo"))
        builder.Services.AddGauges();
    var app = builder.Build();
    if (database.Added is { Count: > 0 } added)
        app.Logger.LogWarning("{Newer}", Backsoon.Storage.Migrations.Tell(added));
    app.MapGet("/healthz", () => "ok");
    app.MapGet("/readyz", async (IGrainFactory grains) =>
        await grains.GetGrain<IReadinessGrain>(IReadinessGrain.Key).IsReady() ? Results.Text("ready") : Results.Text("The database does not answer.", statusCode: StatusCodes.Status503ServiceUnavailable));
    await app.RunAsync();
    return 0;
}
catch (StartRefusedException refused)
{
    return Refuse(refused.Message);
}

static int Refuse(params string[] reasons)
{
    Console.Error.WriteLine("This silo cannot start yet:");
    foreach (var reason in reasons)
        Console.Error.WriteLine($"  - {reason}");
    // EX_CONFIG of sysexits.h, as the web process has it.
    return 78;
}
#endif
