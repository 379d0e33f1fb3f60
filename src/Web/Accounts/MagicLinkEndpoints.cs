using Backsoon.Shared;

namespace Backsoon.Accounts;

public static class MagicLinkEndpoints
{
    private const string Form = "link";

    public static void MapMagicLink(this RouteGroupBuilder app)
    {
        app.MapGet("/link/{token}", Show);
        app.MapPost("/link/{token}", Spend).FromOwnPage();
    }

    private static async Task<IResult> Show(HttpContext context, string token, IGrainFactory grains, PublicForm forms)
    {
        var link = await grains.GetGrain<IMagicLinkGrain>(Key(token)).Look();
        return link is { Standing: MagicLinkStanding.Open }
            ? context.Page<MagicLinkPage>(new { Path = $"/link/{token}", FormToken = await forms.Token(context, Form, Secret.New()), Link = link })
            : Over(context, link?.Standing);
    }

    private static async Task<IResult> Spend(HttpContext context, string token, IGrainFactory grains, PublicForm forms, Keys keys, Limits limits, TimeProvider clock)
    {
        var reading = await forms.Read(context, Form);
        if (await Refusal(context, reading, token, limits) is { } refusal)
            return refusal;

        var next = SignInAsked.Of(context.Request, await keys.Current(), clock.GetUtcNow())?.Next ?? "/";
        return await Entrance.Enter(context, grains, Key(token), Secret.ForSession(token, reading.Carried[0]), next)
            ?? Over(context, (await grains.GetGrain<IMagicLinkGrain>(Key(token)).Look())?.Standing);
    }

    /// <summary>What answers a press on a link's button that spends nothing; null for one that does, whose form carries the secret of a session.</summary>
    public static async Task<IResult?> Refusal(HttpContext context, FormReading reading, string token, Limits limits)
    {
        if (reading is { Standing: FormStanding.Forged } or { Carried.Length: not 1 })
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (reading.Standing == FormStanding.Stale)
            return new SeeOther($"/link/{Uri.EscapeDataString(token)}");
        return await limits.Take(Limits.CodePerIp, Visitors.LimitKey(context)) is { } wait ? ErrorPages.Wait(context, wait) : null;
    }

    // A link that is over, one that was never made and one with a letter missing are told apart by nobody.
    private static IResult Over(HttpContext context, MagicLinkStanding? standing) =>
        context.Page<MagicLinkOver>(new { IsSpent = standing == MagicLinkStanding.Spent, IsSignedIn = context.Items[typeof(Member)] is Member }, StatusCodes.Status410Gone);

    private static string Key(string token) => $"magic-link/{Secret.Hash(token)}";
}
