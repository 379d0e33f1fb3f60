using System.Runtime.CompilerServices;
using Backsoon.Shared;
using Microsoft.Net.Http.Headers;

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
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "backsoon-audit.csv" }.ToString();
        await foreach (var piece in Pieces(grains, signedIn.SessionKey, first, cancellation))
            await context.Response.Body.WriteAsync(piece, cancellation);
        return Results.Empty;
    }

    private static async IAsyncEnumerable<byte[]> Pieces(IGrainFactory grains, string session, AuditPiece first, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var piece = first; ; piece = await Audit(grains).Csv(session, piece.Next) ?? throw new InvalidOperationException("Signed out in the middle of the file."))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return piece.Text;
            if (piece.Next is null)
                yield break;
        }
    }

    private static IAuditGrain Audit(IGrainFactory grains) => grains.GetGrain<IAuditGrain>(IAuditGrain.Key);
}
