using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Tenants;

/// <summary>Everything in one file: asked for and watched by whoever is signed in, fetched by whoever has its link and is not signed in to another business.</summary>
public static class ArchiveEndpoints
{
    public static void MapArchive(this RouteGroupBuilder members)
    {
        members.MapPost("/leave/archive", async (Member member) => await member.Scope.Archive().Start(member.Account) is null ? Results.StatusCode(StatusCodes.Status410Gone) : new SeeOther("/leave#archive"));
        members.MapGet("/leave/archive", async (Member member) => await member.Scope.Archive().Look() is { } view ? Results.Json(new { percent = view.Percent, ready = view.ReadyAt is not null }) : Results.Json(new { percent = 0, ready = true }));
    }

    public static void MapTakeout(this RouteGroupBuilder app) => app.MapGet("/takeout/{token}", Fetch);

    /// <summary>Null while it is being made.</summary>
    public static string? Address(KeyRing ring, TenantId tenant, ArchiveView view) => view.Until is { } until ? $"/takeout/{ring.Tokens.Sign(TokenPurpose.Archive, until, tenant.Value, view.Id.ToString("n"))}" : null;

    private static async Task<IResult> Fetch(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (await limits.Take(Limits.TakeoutPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        if ((await keys.Current()).Tokens.Read(TokenPurpose.Archive, token, clock.GetUtcNow()) is not { IsValid: true, Parts: [var tenant, var text] } || !Guid.TryParseExact(text, "n", out var id)
            || await grains.For(new TenantId(tenant)).Archive().Look() is not { ReadyAt: not null } view || view.Id != id || await grains.For(new TenantId(tenant)).Tenant().Profile() is not { } profile
            // Whoever is signed in to another business has come by a link that is not theirs.
            || context.Items[typeof(Member)] is Member member && !profile.Members.Contains(member.Account))
            return context.Page<ArchiveOver>(new { }, StatusCodes.Status410Gone);
        return new ArchiveDownload(grains.For(new TenantId(tenant)).Archive(), view, $"{profile.Slug}-{view.ReadyAt.Value.UtcDateTime:yyyy-MM-dd}.zip");
    }

    // One piece in memory at a time, however large the file.
    private sealed class ArchiveDownload(IArchiveGrain archive, ArchiveView view, string name) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var response = context.Response;
            response.ContentType = "application/zip";
            response.ContentLength = view.Bytes;
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            if (HttpMethods.IsHead(context.Request.Method))
                return;
            for (var seq = 0; seq < view.Pieces; seq++)
            {
                if (await archive.Read(view.Id, seq) is not { } piece)
                {
                    // It was deleted meanwhile: what was sent is not the file, and must not look like it.
                    context.Abort();
                    return;
                }

                await response.Body.WriteAsync(piece, context.RequestAborted);
            }
        }
    }
}
