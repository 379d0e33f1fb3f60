using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Promises;

/// <summary>The link in each monthly mail that ends them.</summary>
public static class SealEndpoints
{
    public static void MapSeal(this RouteGroupBuilder app)
    {
        app.MapGet("/seal/{token}", async (HttpContext context, string token, string? said, Keys keys, TimeProvider clock) =>
            await Read(token, keys, clock) is null ? Over(context) : context.Page<SealStop>(new { Path = $"/seal/{token}", IsDone = said == "stopped" }));
        // Mail programs press it for their readers (RFC 8058), from no page of ours: the token is all there is to it.
        app.MapPost("/seal/{token}", Stop);
    }

    private static async Task<IResult> Stop(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (await limits.Take(Limits.CodePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        if (await Read(token, keys, clock) is not { } account)
            return Over(context);
        await grains.GetGrain<IAccountGrain>($"account/{account}").SendSeal(false);
        return new SeeOther($"/seal/{token}?said=stopped");
    }

    private static IResult Over(HttpContext context) => context.Page<SealOver>(new { }, StatusCodes.Status410Gone);

    private static async Task<AccountId?> Read(string token, Keys keys, TimeProvider clock) =>
        (await keys.Current()).Tokens.Read(TokenPurpose.SealStop, token, clock.GetUtcNow()) is { IsValid: true, Parts: [var account] } ? new AccountId(account) : null;
}
