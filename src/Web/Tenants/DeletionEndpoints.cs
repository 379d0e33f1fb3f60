using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Tenants;

/// <summary>The mailed links about a deletion. They need no account: by the end there is none.</summary>
public static class DeletionEndpoints
{
    public static void MapDeletion(this RouteGroupBuilder app)
    {
        app.MapGet("/delete/{token}", Ask);
        app.MapPost("/delete/{token}", Confirm).FromOwnPage();
        app.MapGet("/deletion/{token}", Look);
        app.MapPost("/deletion/{token}/undo", Undo).FromOwnPage();
    }

    private static async Task<IResult> Ask(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await Read(TokenPurpose.ConfirmDeletion, token, grains, keys, clock) is not { } link || await link.Scope.Deletion().Look(link.Id) is not { } deletion || await link.Scope.Tenant().Profile() is not { } profile)
            return Over(context, IDeletionGrain.LinkLife);
        return deletion.Stage == DeletionStage.Asked
            ? context.Page<DeletionConfirm>(new { Path = $"/delete/{token}", Profile = profile, Foreseen = await link.Scope.Leaving().Foresee() })
            : new SeeOther(await Address(link, keys, clock));
    }

    private static async Task<IResult> Confirm(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (await limits.Take(Limits.CodePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        if (await Read(TokenPurpose.ConfirmDeletion, token, grains, keys, clock) is not { } link || await link.Scope.Deletion().Confirm(link.Id) is null)
            return Over(context, IDeletionGrain.LinkLife);
        return new SeeOther(await Address(link, keys, clock));
    }

    private static async Task<IResult> Look(HttpContext context, string token, string? said, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await Read(TokenPurpose.Deletion, token, grains, keys, clock) is not { } link || await link.Scope.Deletion().Look(link.Id) is not { Stage: not DeletionStage.Asked } deletion)
            return Over(context, null);
        return context.Page<Deletion>(new { Path = $"/deletion/{token}", View = deletion, IsLate = said == "late" });
    }

    private static async Task<IResult> Undo(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (await limits.Take(Limits.CodePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        if (await Read(TokenPurpose.Deletion, token, grains, keys, clock) is not { } link)
            return Over(context, null);
        return new SeeOther(await link.Scope.Deletion().Undo(link.Id) ? "/sign-in?said=undone" : $"/deletion/{token}?said=late");
    }

    // An undone deletion, one that never was and a link with a letter missing are told apart by nobody.
    private static IResult Over(HttpContext context, TimeSpan? life) => context.Page<DeletionOver>(new { Life = life }, StatusCodes.Status410Gone);

    private static async Task<string> Address((TenantScope Scope, Guid Id) link, Keys keys, TimeProvider clock) =>
        $"/deletion/{(await keys.Current()).Tokens.Sign(TokenPurpose.Deletion, clock.GetUtcNow() + TokenKeys.LongestLife, link.Scope.Id.Value, link.Id.ToString("n"))}";

    private static async Task<(TenantScope Scope, Guid Id)?> Read(string purpose, string token, IGrainFactory grains, Keys keys, TimeProvider clock) =>
        (await keys.Current()).Tokens.Read(purpose, token, clock.GetUtcNow()) is { IsValid: true, Parts: [var tenant, var text] } && Guid.TryParseExact(text, "n", out var id) ? (grains.For(new TenantId(tenant)), id) : null;
}
