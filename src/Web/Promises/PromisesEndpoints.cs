using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Promises;

public static class PromisesEndpoints
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void MapPromises(this RouteGroupBuilder site)
    {
        site.MapGet("/promises", async (IGrainFactory grains) => new RazorComponentResult<PromisesPage>(new { Standing = await Read(grains) }));
        site.MapGet("/promises.json", async (IGrainFactory grains) => Results.Json(Machine(await Read(grains)), s_json));
        site.MapGet("/promises/log.jsonl", Log);
        site.MapGet("/promises/head.txt", async (IGrainFactory grains) => Results.Text((await Read(grains)).Head.Statement));
        site.MapGet("/promises/head.sig", async (IGrainFactory grains) => Results.Bytes(Convert.FromBase64String((await Read(grains)).Head.Signature), fileDownloadName: "head.sig"));
        site.MapGet("/promises/key.pem", async (IGrainFactory grains) => Results.Text((await Read(grains)).Head.PublicKey, "application/x-pem-file"));
    }

    private static Task<PromiseStanding> Read(IGrainFactory grains) => grains.GetGrain<IChecksGrain>(IChecksGrain.Key).Read();

    private static object Machine(PromiseStanding standing) => new
    {
        CheckedAt = LogRow.Say(standing.CheckedAt),
        Policy = standing.Policy.Name,
        Promises = standing.Values.Select(value => Catalogue.Of(value.Key) is var promise ? new
        {
            Promise = value.Key,
            promise.Ids,
            Wording = promise.Wording(standing.Policy),
            MeasuredSeconds = (long?)value.Measured?.TotalSeconds,
            PromisedSeconds = (long)value.Bound.TotalSeconds,
            AtLeast = promise.IsLeast,
            Kept = value.IsKept,
            LastBreach = value.LastBreach is { } breach ? LogRow.Say(breach) : null,
        } : null),
        Log = new { Rows = standing.Head.Seq, standing.Head.Hash, standing.Head.Statement, standing.Head.Signature, standing.Head.PublicKey },
    };

    // One row a line, written as it is read: years of it are no more in memory than a few hundred rows.
    private static async Task Log(HttpContext context, IGrainFactory grains, CancellationToken cancellation)
    {
        context.Response.ContentType = "application/jsonl; charset=utf-8";
        var evidence = grains.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key);
        ImmutableArray<LogRow> rows;
        for (var after = 0L; (rows = await evidence.Read(after)).Length > 0; after = rows[^1].Seq)
        {
            var lines = new StringBuilder();
            foreach (var row in rows)
                lines.Append(JsonSerializer.Serialize(new { row.Seq, At = LogRow.Say(row.At), row.Entry, row.Previous, row.Hash }, s_json)).Append('\n');
            await context.Response.WriteAsync(lines.ToString(), cancellation);
        }
    }
}
