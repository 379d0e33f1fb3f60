using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class StatusEndpoints
{
    public static void MapStatus(this RouteGroupBuilder desks) => desks.MapGet("/s/{token}", Open);

    private static async Task<IResult> Open(HttpContext context, string token, string? said, string? photos, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);

        var link = StatusLink.Read(await keys.Current(), scope.Id, token, clock.GetUtcNow());
        if (Refused(context, link) is { } refused)
            return refused;
        return await scope.Dispatch(link!.Value.Dispatch).LookAsCaller() is { } view ? context.Page<StatusPage>(new { View = view, Token = token, Said = said, Refused = SentPhotos.Sentence(photos) }) : Missing(context);
    }

    /// <summary>What is said of a link that leads to no request; null of one that does.</summary>
    public static IResult? Refused(HttpContext context, (Guid Dispatch, bool Expired)? link) => link switch
    {
        null => Notice(context, StatusCodes.Status404NotFound, "This link is not complete", "A character may be missing or changed. Open it again from where you have it, or copy the whole of it."),
        { Expired: true } => Notice(context, StatusCodes.Status410Gone, "This link is over", $"A request can be followed for {StatusLink.Life.Days} days. If something is still wrong, send a new one.", "/", "Send a new request"),
        _ => null,
    };

    public static IResult Missing(HttpContext context) => Notice(context, StatusCodes.Status404NotFound, "This request is not here", "The business has deleted it, or it was never sent.", "/", "Send a new request");

    private static IResult Notice(HttpContext context, int status, string title, string says, string? href = null, string? label = null) =>
        context.Page<DeskNotice>(new { Title = title, Says = says, Href = href, Label = label }, status);
}
