using Backsoon.Shared;

namespace Backsoon.Operators;

public static class KeysEndpoints
{
    public static void MapKeys(this RouteGroupBuilder operators)
    {
        operators.MapGet("/keys", (HttpContext context, Operator signedIn, IGrainFactory grains, string? said) => Show(context, signedIn, grains, asks: false, said == "rotated"));
        // The second step, which does it.
        operators.MapGet("/keys/rotate", (HttpContext context, Operator signedIn, IGrainFactory grains) => Show(context, signedIn, grains, asks: true, rotated: false));
        operators.MapPost("/keys/rotate", Rotate);
    }

    private static async Task<IResult> Show(HttpContext context, Operator signedIn, IGrainFactory grains, bool asks, bool rotated) =>
        await Keys(grains).Look(signedIn.SessionKey) is { } ages ? context.Page<KeysPage>(new { Operator = signedIn, Ages = ages, Asks = asks, Rotated = rotated }) : ConsoleGate.SignIn;

    private static async Task<IResult> Rotate(HttpContext context, Operator signedIn, IGrainFactory grains)
    {
        var newest = (await context.Request.ReadFormAsync()).Line("newest");
        if (newest.Length != 8 || !newest.All(char.IsAsciiHexDigit))
            return Results.BadRequest();
        return await Keys(grains).Rotate(signedIn.SessionKey, newest) is null ? ConsoleGate.SignIn : new SeeOther("/keys?said=rotated");
    }

    private static IKeysGrain Keys(IGrainFactory grains) => grains.GetGrain<IKeysGrain>(IKeysGrain.Key);
}
