using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Operators;

public static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder operators)
    {
        operators.MapGet("/audit", async (HttpContext context, Operator signedIn, IGrainFactory grains, Guid? before) =>
            await Audit(grains).Read(signedIn.SessionKey, before) is { } page
                ? context.Page<AuditPageView>(new { Operator = signedIn, Page = page, IsFirst = before is null })
                : ConsoleGate.SignIn);
        // It is noted that it was taken: a POST.
        operators.MapPost("/audit.csv", Download);
    }

    private static async Task<IResult> Download(HttpContext context, Operator signedIn, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await Audit(grains).Csv(signedIn.SessionKey, null) is not { } first)
            return ConsoleGate.SignIn;
        CsvDownload.Describe(context.Response, "backsoon-audit.csv");
        for (var piece = first; ; piece = await Audit(grains).Csv(signedIn.SessionKey, piece.Next) ?? throw new InvalidOperationException("Signed out in the middle of the file."))
        {
            await context.Response.Body.WriteAsync(piece.Text, cancellation);
            if (piece.Next is null)
                return Results.Empty;
        }
    }

    private static IAuditGrain Audit(IGrainFactory grains) => grains.GetGrain<IAuditGrain>(IAuditGrain.Key);
}
