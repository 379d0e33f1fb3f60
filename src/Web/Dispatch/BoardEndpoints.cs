using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Backsoon.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Dispatch;

public static class BoardEndpoints
{
    // A browser comes back by itself, and is then asked again who it is: a session that was ended stops hearing of the board.
    private static readonly TimeSpan s_longestStream = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_comeBackAfter = TimeSpan.FromSeconds(3);

    public static void MapBoard(this RouteGroupBuilder members)
    {
        members.MapGet("/", async (HttpContext context, Member member, string? said) =>
        {
            var mail = member.Scope.Deliveries().Standing(member.Tenant.Settings.Owner.Email);
            var (view, firstSteps) = await Read(member);
            return context.Page<Board>(new { Member = member, View = view, FirstSteps = firstSteps, Mail = await mail, Said = said });
        });
        members.MapGet("/board/slips", async (HttpContext context, Member member) =>
        {
            var (view, firstSteps) = await Read(member);
            return context.Page<BoardSlips>(new { Member = member, View = view, FirstSteps = firstSteps });
        });
        members.MapGet("/board/events", Events);
    }

    private static async Task<(BoardView View, FirstSteps? FirstSteps)> Read(Member member)
    {
        var view = await member.Scope.Board().Open();
        return (view, view.Open.IsEmpty ? await FindFirstSteps(member) : null);
    }

    private static async Task<FirstSteps> FindFirstSteps(Member member)
    {
        var vendors = member.Scope.Directory().Vendors(new PageRequest("", null, 1, IncludeInactive: false));
        var history = member.Scope.History().Read(HistoryFilter.All, null, 1);
        var coverage = await CoverageEndpoints.Of(member);
        return new FirstSteps((await vendors).Total > 0, (await history).Slips.Length > 0, coverage is { } seen ? seen.View.Holes.Length + seen.Refusing.Length : 0);
    }

    private static ServerSentEventsResult<long> Events(HttpContext context, Member member, BoardFeed feed, IHostApplicationLifetime life, TimeProvider clock)
    {
        // A proxy that collects what it passes on would make a live board a late one.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(Stream(context, member, feed, life, clock));
    }

    private static async IAsyncEnumerable<SseItem<long>> Stream(HttpContext context, Member member, BoardFeed feed, IHostApplicationLifetime life, TimeProvider clock, [EnumeratorCancellation] CancellationToken stop = default)
    {
        using var longEnough = new CancellationTokenSource(s_longestStream, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(longEnough.Token, life.ApplicationStopping, context.RequestAborted, stop);
        await foreach (var version in feed.Follow(member.Tenant.Id, over.Token))
            yield return new SseItem<long>(version, "version") { ReconnectionInterval = s_comeBackAfter };
    }
}

/// <summary>How far a new business has come.</summary>
/// <param name="Holes">How much could leave a request with nobody to take it.</param>
public sealed record FirstSteps(bool HasVendors, bool HasHistory, int Holes);
