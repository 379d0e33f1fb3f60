using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

public static class HostFeedEndpoints
{
    /// <summary>For calendar programs, which have no session.</summary>
    public static void MapHostFeed(this RouteGroupBuilder app) => app.MapGet("/feed/{token}/bookings.ics", Feed);

    public static void MapHostFeedLinks(this RouteGroupBuilder members)
    {
        members.MapPost("/bookings/hosts/{id:guid}/feed/renew", (Member member, Guid id) => Change(member, id, revoke: false));
        members.MapPost("/bookings/hosts/{id:guid}/feed/revoke", (Member member, Guid id) => Change(member, id, revoke: true));
    }

    private static async Task<IResult> Change(Member member, Guid id, bool revoke) =>
        await member.Scope.Booking().ChangeFeed(id, revoke) is null ? Results.NotFound() : new SeeOther($"/bookings/hosts/{id}?said={(revoke ? "feed-revoked" : "feed-renewed")}#feed");

    private static async Task<IResult> Feed(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        if (await limits.Take(Limits.FeedPerIp, Visitors.LimitKey(context)) is { } tooMany)
            return ErrorPages.Wait(context, tooMany);
        if (HostFeed.Read(await keys.Current(), token, clock.GetUtcNow()) is not { } link)
            return Results.NotFound();
        if (await limits.Take(Limits.FeedPerLink, $"{link.Host:n}") is { } wait)
            return ErrorPages.Wait(context, wait);
        var bookings = grains.For(link.Tenant).Bookings();
        return !link.Expired && await bookings.Feed(link.Host, link.Feed, null) is { } first ? new HostFeedFile(bookings, link.Host, link.Feed, first) : Results.StatusCode(StatusCodes.Status410Gone);
    }

    /// <summary>Sent while it is read: at no time more of it than one piece is in memory.</summary>
    private sealed class HostFeedFile(IBookingsGrain bookings, Guid host, int feed, BookingPiece first) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/calendar; charset=utf-8";
            if (HttpMethods.IsHead(httpContext.Request.Method))
                return;
            var piece = first;
            await httpContext.Response.Body.WriteAsync(piece.Text, httpContext.RequestAborted);
            while (piece.Next is { } next)
            {
                // A link that is taken back meanwhile breaks off: a calendar cut short must not look whole.
                if (await bookings.Feed(host, feed, next) is not { } more)
                {
                    httpContext.Abort();
                    return;
                }

                piece = more;
                await httpContext.Response.Body.WriteAsync(piece.Text, httpContext.RequestAborted);
            }
        }
    }
}
