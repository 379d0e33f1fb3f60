using Backsoon.Accounts;

namespace Backsoon.Shared;

public static class Readiness
{
    /// <summary>Says whether the database answers, by asking a grain that has to read from it.</summary>
    public static void MapReadiness(this WebApplication app) => app.MapGet("/readyz", async (IGrainFactory grains) =>
        await grains.GetGrain<IReadinessGrain>(IReadinessGrain.Key).IsReady() ? Results.Text("ready") : Results.Text("The database does not answer.", statusCode: StatusCodes.Status503ServiceUnavailable)).ShortCircuit();
}
