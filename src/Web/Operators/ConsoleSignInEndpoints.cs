using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Shared;

namespace Backsoon.Operators;

public static class ConsoleSignInEndpoints
{
    private const string AskForm = "console-sign-in";
    private const string LinkForm = "console-link";

    public static void MapConsoleSignIn(this RouteGroupBuilder console)
    {
        console.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /\n"));
        console.MapGet("/sign-in", (HttpContext context, PublicForm forms) => Show(context, forms, "", FormErrors.None));
        console.MapPost("/sign-in", Ask).FromOwnPage();
        console.MapGet("/sign-in/asked", (HttpContext context) => context.Page<ConsoleAsked>(new { }));
        console.MapGet("/link/{token}", ShowLink);
        console.MapPost("/link/{token}", Spend).FromOwnPage();
    }

    private static async Task<IResult> Show(HttpContext context, PublicForm forms, string typed, FormErrors errors) =>
        context.Page<ConsoleSignIn>(new { Token = await forms.Token(context, AskForm), Email = typed, Errors = errors }, errors);

    private static async Task<IResult> Ask(HttpContext context, IGrainFactory grains, PublicForm forms, Limits limits, TimeProvider clock)
    {
        var reading = await forms.Read(context, AskForm);
        if (reading.Standing == FormStanding.Forged)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var typed = (await context.Request.ReadFormAsync()).Line("email");
        var errors = new FormErrors();
        if (!EmailAddress.TryParse(typed, out var email))
            errors.Add("email", "Type your whole email address, like ana@example.com.");
        if (reading.Standing == FormStanding.Stale)
            errors.Add("email", FormReading.StaleMessage);
        if (email is null || errors.Any)
            return await Show(context, forms, typed, errors);
        if (await limits.Take(Limits.ConsolePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        // Whoever they are, so that it tells nothing.
        if (await limits.Take(Limits.ConsolePerAddress, email.Canonical) is { } enough)
            return ErrorPages.Wait(context, enough);

        await Operators(grains).AskToSignIn(email, Browser(context, clock));
        return new SeeOther("/sign-in/asked");
    }

    private static async Task<IResult> ShowLink(HttpContext context, string token, IGrainFactory grains, PublicForm forms, TimeProvider clock)
    {
        // Made before the page is: a link that was printed works in whichever browser it is opened.
        var browser = Browser(context, clock);
        var standing = await Operators(grains).Look(Secret.Hash(token), browser);
        return standing == OperatorLinkStanding.Open
            ? context.Page<ConsoleLink>(new { Path = $"/link/{token}", FormToken = await forms.Token(context, LinkForm, Secret.New()) })
            : Over(context, standing);
    }

    private static async Task<IResult> Spend(HttpContext context, string token, IGrainFactory grains, PublicForm forms, Limits limits, TimeProvider clock)
    {
        var reading = await forms.Read(context, LinkForm);
        if (await MagicLinkEndpoints.Refusal(context, reading, token, limits) is { } refusal)
            return refusal;

        var (link, browser, session) = (Secret.Hash(token), Browser(context, clock), Secret.ForSession(token, reading.Carried[0]));
        if (await Operators(grains).Spend(link, browser, Secret.Hash(session)) is not { } begun)
            return Over(context, await Operators(grains).Look(link, browser));

        // What this browser was signed in with before ends here.
        if (SessionCookie.Console(context.Request) is { } before && before != session)
            await Operators(grains).End(Secret.Hash(before));
        SessionCookie.WriteConsole(context, session, begun.ExpiresAt);
        return new SeeOther("/");
    }

    // One that is over, one that never was and one with a letter missing are told apart by nobody.
    private static IResult Over(HttpContext context, OperatorLinkStanding standing) =>
        context.Page<ConsoleLinkOver>(new { IsElsewhere = standing == OperatorLinkStanding.Elsewhere }, StatusCodes.Status410Gone);

    private static string Browser(HttpContext context, TimeProvider clock) => Secret.Hash(SessionCookie.Browser(context, clock));

    private static IOperatorsGrain Operators(IGrainFactory grains) => grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key);
}
