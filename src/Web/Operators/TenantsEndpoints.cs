using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Operators;

public static class TenantsEndpoints
{
    private const int LongestSearch = 100;

    public static void MapTenants(this RouteGroupBuilder operators)
    {
        operators.MapGet("/tenants", async (HttpContext context, Operator signedIn, IGrainFactory grains, string? q, string? after) =>
        {
            var words = q?.Trim() is { Length: <= LongestSearch } typed ? typed : "";
            return await Tenants(grains).Search(signedIn.SessionKey, words, after is null ? null : new TenantId(after)) is { } page
                ? context.Page<TenantsList>(new { Operator = signedIn, Words = words, Page = page, IsFirst = after is null })
                : ConsoleGate.SignIn;
        });
        operators.MapGet("/tenants/{id}", async (HttpContext context, Operator signedIn, IGrainFactory grains, string id) =>
            await Tenants(grains).Open(signedIn.SessionKey, new TenantId(id)) is { } look ? Show(context, signedIn, look, "", FormErrors.None) : ConsoleGate.SignIn);
        operators.MapPost("/tenants/{id}/contact", Contact);
    }

    // Shown once, as the answer: not behind an address that shows it again without a reason.
    private static async Task<IResult> Contact(HttpContext context, Operator signedIn, IGrainFactory grains, string id)
    {
        var reason = (await context.Request.ReadFormAsync()).Line("reason");
        var errors = new FormErrors();
        if (reason.Length < 3)
            errors.Add("reason", "Say why in a few words. The owner can read it.");
        else if (reason.Length > ITenantsGrain.LongestReason)
            errors.Add("reason", $"That is too long: {ITenantsGrain.LongestReason} characters at most.");
        var look = errors.Any ? await Tenants(grains).Open(signedIn.SessionKey, new TenantId(id)) : await Tenants(grains).Contact(signedIn.SessionKey, new TenantId(id), reason);
        return look is null ? ConsoleGate.SignIn : Show(context, signedIn, look, reason, errors);
    }

    private static IResult Show(HttpContext context, Operator signedIn, TenantLook look, string reason, FormErrors errors) =>
        look.Facts is { } facts ? context.Page<TenantPage>(new { Operator = signedIn, Facts = facts, Reason = reason, Errors = errors }, errors) : Results.NotFound();

    private static ITenantsGrain Tenants(IGrainFactory grains) => grains.GetGrain<ITenantsGrain>(ITenantsGrain.Key);
}
