using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.Net.Http.Headers;

namespace Backsoon.Dispatch;

public static class PhotoEndpoints
{
    public static void MapPhotos(this RouteGroupBuilder desks) => desks.MapGet("/p/{token}", ForVendor);

    public static void MapRequestPhotos(this RouteGroupBuilder members) => members.MapGet("/requests/{id:guid}/photos/{photo:guid}", ForMember);

    private static async Task<IResult> ForVendor(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);
        if (PhotoLink.Read(await keys.Current(), scope.Id, token, clock.GetUtcNow()) is not { } link)
            return Results.NotFound();
        // Looked at each time: who has nothing to do with the request any more sees nothing of it.
        return await scope.Dispatch(link.Sight.Dispatch).LookAsVendor(link.Sight.Vendor) is { } view && view.Photos.FirstOrDefault(photo => photo.Id == link.Photo) is { } photo
            ? new PhotoFile(scope, photo, view.Reference)
            : Results.NotFound();
    }

    private static async Task<IResult> ForMember(Member member, Guid id, Guid photo) =>
        await member.Scope.Dispatch(id).Look() is { } view && view.Photos.FirstOrDefault(known => known.Id == photo) is { } found ? new PhotoFile(member.Scope, found, view.Reference) : Results.NotFound();
}

/// <summary>The address under which one vendor sees one photo, for a day at most. It stays the same for an hour, so that a browser knows again what it has.</summary>
public static class PhotoLink
{
    private static readonly TimeSpan s_life = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_same = TimeSpan.FromHours(1);

    public static string Path(KeyRing ring, VendorSight sight, Guid photo, DateTimeOffset now) =>
        $"/p/{ring.Tokens.Sign(TokenPurpose.Photo, now - TimeSpan.FromTicks(now.UtcTicks % s_same.Ticks) + s_life, sight.Tenant.Value, $"{sight.Dispatch:n}", $"{sight.Vendor:n}", $"{photo:n}")}";

    /// <summary>Null when it is forged, over, or for another desk.</summary>
    public static (VendorSight Sight, Guid Photo)? Read(KeyRing ring, TenantId tenant, string token, DateTimeOffset now) =>
        ring.Tokens.Read(TokenPurpose.Photo, token, now) is { IsValid: true, Parts: [var whose, var about, var who, var which] }
        && whose == tenant.Value && Guid.TryParseExact(about, "n", out var dispatch) && Guid.TryParseExact(who, "n", out var vendor) && Guid.TryParseExact(which, "n", out var photo)
            ? (new VendorSight(tenant, dispatch, vendor), photo)
            : null;
}

/// <summary>A photo, part by part. Opened by itself it is a file to save and never a page, whatever a browser makes of it.</summary>
public sealed class PhotoFile(TenantScope scope, Photo photo, string reference) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var photos = scope.Photos();
        var headers = httpContext.Response.Headers;
        headers.ContentDisposition = $"attachment; filename=\"request-{reference}-{photo.Position}.{photo.MediaType["image/".Length..].Replace("jpeg", "jpg", StringComparison.Ordinal)}\"";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Kept by this one browser, which asks each time: whoever may see it no more gets no word of it.
        var version = new EntityTagHeaderValue($"\"{photo.Id:n}\"");
        headers.CacheControl = "private, no-cache";
        headers.ETag = version.ToString();
        if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(version, useStrongComparison: false)))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        httpContext.Response.ContentType = photo.MediaType;
        httpContext.Response.ContentLength = photo.Bytes;
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;

        for (var seq = 0; seq < photo.Chunks; seq++)
        {
            // It is going with its request: the browser sees that the file is not whole.
            if (await photos.Read(photo.Id, seq) is not { } part)
            {
                httpContext.Abort();
                return;
            }

            await httpContext.Response.Body.WriteAsync(part, httpContext.RequestAborted);
        }
    }
}
