using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public static class VendorEndpoints
{
    public const int LongestText = 500;

    private static readonly string[] s_words = ["text", "other", "reason"];

    public static void MapVendor(this RouteGroupBuilder desks)
    {
        desks.MapGet("/v/{see}", Open);
        desks.MapPost("/v/{see}/{action}", Answer);
    }

    private static async Task<IResult> Open(HttpContext context, string see, string? said, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);

        var ring = await keys.Current();
        var now = clock.GetUtcNow();
        return VendorLink.Read(ring, TokenPurpose.See, scope.Id, see, now) switch
        {
            null => Forged(context),
            { Expired: true } => Over(context),
            { Sight: var sight } => await Show(context, scope, ring, sight, see, now, said, VendorWords.None),
        };
    }

    public static async Task<IResult> Show(
        HttpContext context, TenantScope scope, KeyRing ring, VendorSight sight, string see, DateTimeOffset now, string? said, VendorWords typed, int status = StatusCodes.Status200OK)
    {
        if (await scope.Dispatch(sight.Dispatch).LookAsVendor(sight.Vendor) is not { } view)
            return Gone(context);
        var form = typed.Form ?? MessageTicket.New(scope.Id, sight.Dispatch, sight.Vendor, now).Sign(ring, now);
        return context.Page<VendorPage>(new { View = view, See = see, SaidWord = said, Tokens = Tokens(ring, sight, now), Form = form, Typed = typed, Photos = view.Photos.Select(photo => (photo, PhotoLink.Path(ring, sight, photo.Id, now))) }, status);
    }

    private static async Task<IResult> Answer(HttpContext context, string see, string action, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);
        if (VendorLink.Answer(action) is not { } answer)
            return Results.NotFound();
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);

        var ring = await keys.Current();
        var now = clock.GetUtcNow();
        var seen = VendorLink.Read(ring, TokenPurpose.See, scope.Id, see, now);
        var pressed = VendorLink.Read(ring, VendorLink.Purpose(answer), scope.Id, sent[PublicForm.Field], now);
        if (seen is not { } sight || pressed is not { } button || sight.Sight != button.Sight)
            return Forged(context, StatusCodes.Status403Forbidden);
        if (sight.Expired || button.Expired)
            return Over(context);
        if (await limits.Take(Limits.AnswerPerVendor, $"{scope.Id}\n{sight.Sight.Vendor}") is { } wait)
            return ErrorPages.Wait(context, wait);

        // Own words say more than the button that sent them.
        var text = s_words.Select(sent.Lines).FirstOrDefault(words => words.Length > 0, "");
        if (text.Length > LongestText)
            text = text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];
        var outcome = await scope.Dispatch(sight.Sight.Dispatch).Answer(sight.Sight.Vendor, answer, text);
        return outcome == AnswerOutcome.Unknown ? Gone(context) : new SeeOther($"/v/{see}?said={VendorSaid.Word(answer, outcome)}");
    }

    private static ImmutableDictionary<VendorAnswer, string> Tokens(KeyRing ring, VendorSight sight, DateTimeOffset now) =>
        Enum.GetValues<VendorAnswer>().ToImmutableDictionary(answer => answer, answer => VendorLink.Sign(ring, VendorLink.Purpose(answer), sight, now));

    public static IResult Forged(HttpContext context, int status = StatusCodes.Status404NotFound) =>
        Notice(context, status, "This link is not complete", "A character may be missing or changed, so nothing was done. Open it again from the mail, or copy the whole of it.");

    public static IResult Over(HttpContext context) =>
        Notice(context, StatusCodes.Status410Gone, "This link is over", $"It worked for {VendorLink.Life.Days} days after the mail. If the work is still to be done, call the business that asked you; its number is in the mail.");

    public static IResult Gone(HttpContext context) =>
        Notice(context, StatusCodes.Status410Gone, "This request is no longer here", "The business has deleted it. There is nothing for you to do.");

    private static IResult Notice(HttpContext context, int status, string title, string says) => context.Page<DeskNotice>(new { Title = title, Says = says }, status);
}
