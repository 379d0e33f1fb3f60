using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public static class StatusWriteEndpoints
{
    public static void MapStatusWrite(this RouteGroupBuilder desks)
    {
        desks.MapGet("/s/{token}/write", Open);
        desks.MapPost("/s/{token}/write", Write);
    }

    private static async Task<IResult> Open(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);

        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        var link = StatusLink.Read(ring, scope.Id, token, now);
        return StatusEndpoints.Refused(context, link) ?? await Show(context, scope, link!.Value.Dispatch, token, MessageTicket.New(scope.Id, link.Value.Dispatch, null, now).Sign(ring, now), "", null);
    }

    private static async Task<IResult> Write(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);

        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        var link = StatusLink.Read(ring, scope.Id, token, now);
        if (StatusEndpoints.Refused(context, link) is { } refused)
            return refused;
        if (await SentForm.Read(context) is not { } form)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var sent = form.Fields;
        if (MessageTicket.Read(ring, sent[PublicForm.Field], scope.Id, link!.Value.Dispatch, null, now) is not { } ticket)
            return Results.StatusCode(StatusCodes.Status403Forbidden);

        var text = sent.Lines("text");
        var reply = text.Length == 0 && form.HasPhotos ? null : MessageReply.Of(text);
        if (!ticket.IsValid)
            reply ??= MessageReply.Old;
        if (reply is null && await limits.Take(Limits.MessagePerIp, Visitors.LimitKey(context)) is { } wait)
            reply = MessageReply.TooMany(wait);
        if (reply is null)
        {
            var photos = form.HasPhotos ? await form.TakePhotos(context, scope, ticket.Dispatch, limits, clock) : SentPhotos.None;
            // Words that came with photos are kept whatever became of those.
            if (text.Length == 0 && photos.Kept.IsEmpty)
                return new SeeOther($"/s/{token}{photos.Query}");
            var outcome = await scope.Dispatch(ticket.Dispatch).WriteAsCaller(ticket.Message, text, photos.Kept);
            if (outcome is MessageOutcome.Written)
                return new SeeOther($"/s/{token}?said=written{photos.Query.Replace('?', '&')}");
            if (outcome is MessageOutcome.Unknown)
                return StatusEndpoints.Missing(context);
            reply = MessageReply.Of(outcome);
        }

        await form.Drain(context.RequestAborted);
        var next = reply.IsFresh ? MessageTicket.New(scope.Id, ticket.Dispatch, null, now).Sign(ring, now) : sent[PublicForm.Field];
        return await Show(context, scope, ticket.Dispatch, token, next, text, reply, form.HasPhotos);
    }

    private static async Task<IResult> Show(HttpContext context, TenantScope scope, Guid dispatch, string token, string form, string typed, MessageReply? reply, bool hadPhotos = false)
    {
        if (await scope.Dispatch(dispatch).LookAsCaller() is not { } view)
            return StatusEndpoints.Missing(context);
        reply?.AddTo(context.Response);
        return context.Page<StatusWrite>(new { View = view, Token = token, Form = form, Typed = typed, Problem = reply?.Says, HadPhotos = hadPhotos }, reply?.Status ?? StatusCodes.Status200OK);
    }
}
