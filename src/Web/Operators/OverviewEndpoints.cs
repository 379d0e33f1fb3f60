using Backsoon.Shared;

namespace Backsoon.Operators;

public static class OverviewEndpoints
{
    public static void MapOverview(this RouteGroupBuilder operators)
    {
        operators.MapGet("/", async (HttpContext context, Operator signedIn, IGrainFactory grains) =>
            await grains.GetGrain<IOverviewGrain>(IOverviewGrain.Key).Read(signedIn.SessionKey) is { } overview
                ? context.Page<OverviewPage>(new { Operator = signedIn, Overview = overview })
                : ConsoleGate.SignIn);
        operators.MapPost("/sign-out", async (HttpContext context, Operator signedIn, IGrainFactory grains) =>
        {
            await grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key).End(signedIn.SessionKey);
            SessionCookie.DeleteConsole(context);
            return ConsoleGate.SignIn;
        });
    }
}
