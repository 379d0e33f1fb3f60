using System.Collections.Immutable;
using Backsoon.Promises;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Accounts;

public static class SignUpEndpoints
{
    private const string Form = "sign-up";
    private const int LongestQuery = 200;

    public static void MapSignUp(this RouteGroupBuilder app)
    {
        app.MapGet("/sign-up", async (HttpContext context, IGrainFactory grains, Keys keys, PublicForm forms, TimeProvider clock, string? slug, string? again) =>
            await Show(context, grains, forms, clock, again is null ? SignUpForm.Empty(Short(slug)) : SignInAsked.Of(context.Request, await keys.Current(), clock.GetUtcNow())?.SignUp ?? SignUpForm.Empty(Short(slug)), FormErrors.None));
        app.MapPost("/sign-up", Ask).FromOwnPage();
        app.MapGet("/sign-up/address", Explain);
    }

    private static async Task<IResult> Ask(HttpContext context, IGrainFactory grains, Keys keys, Policies policies, PublicForm forms, Limits limits, TimeProvider clock)
    {
        var typed = SignUpForm.Of(await context.Request.ReadFormAsync());
        var reading = await forms.Read(context, Form);
        if (reading is { Standing: FormStanding.Forged } or { Carried.Length: not 1 })
            return Results.StatusCode(StatusCodes.Status403Forbidden);

        var errors = typed.Check(out var email, out var details);
        if (reading.Standing == FormStanding.Stale)
            errors.Add("email", FormReading.StaleMessage);
        if (email is null || details is null || errors.Any)
            return await Show(context, grains, forms, clock, typed, errors);
        if ((await limits.Take(Limits.SignUpPerIp, Visitors.LimitKey(context)) ?? await limits.Take(Limits.SignUps, "everybody")) is { } wait)
            return ErrorPages.Wait(context, wait);

        var ring = await keys.Current();
        var asked = new SignInAsked(Guid.Parse(reading.Carried[0]), email, "/") { SignUp = typed };
        var request = new SignInRequest(asked.Request, email, Secret.Hash(SessionCookie.Browser(context, clock)), Visitors.Of(context));
        switch (await grains.GetGrain<IAddressGrain>($"address/{ring.For(email)}").AskToSignUp(request, details))
        {
            case Asked.SlugTaken:
                errors.Add("slug", SlugMessages.Taken);
                return await Show(context, grains, forms, clock, typed, errors);
            case Asked.TooMany many:
                return ErrorPages.Wait(context, many.RetryAfter);
            default:
                asked.Remember(context, ring, clock.GetUtcNow(), (await policies.Current()).MagicLink);
                return new SeeOther("/sign-in/code");
        }
    }

    /// <summary>What the form's module asks while an address is being typed; without it the form says the same after it was sent.</summary>
    private static async Task<IResult> Explain(HttpContext context, IGrainFactory grains, Limits limits, string? slug, string? business)
    {
        if (await limits.Take(Limits.NamePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        var typed = Short(slug) is { Length: > 0 } text ? text : Slug.Suggestions(Short(business)).FirstOrDefault()?.Value ?? "";
        var message = Slug.TryParse(typed, out var parsed, out var why) ? await IsFree(context, grains, parsed) ? "" : SlugMessages.Taken : SlugMessages.Of(why);
        var suggestions = message.Length == 0 ? [] : await SlugMessages.Free(grains, typed, Short(business));
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new { slug = typed, message, suggestions = suggestions.Select(s => s.Value) });
    }

    private static async Task<IResult> Show(HttpContext context, IGrainFactory grains, PublicForm forms, TimeProvider clock, SignUpForm typed, FormErrors errors)
    {
        // Whoever comes from the home page with an address in mind hears at once whether it can be had.
        if (!errors.Any && typed.Slug.Length > 0)
        {
            if (!Slug.TryParse(typed.Slug, out var slug, out var why))
                (errors = new FormErrors()).Add("slug", SlugMessages.Of(why));
            else if (!await IsFree(context, grains, slug))
                (errors = new FormErrors()).Add("slug", SlugMessages.Taken);
        }

        var suggestions = errors["slug"] is null ? ImmutableArray<Slug>.Empty : await SlugMessages.Free(grains, typed.Slug, typed.BusinessName);
        var token = await forms.Token(context, Form, Guid.CreateVersion7(clock.GetUtcNow()).ToString("n"));
        var status = HttpMethods.IsPost(context.Request.Method) ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
        return context.Page<SignUp>(new { Token = token, Typed = typed, Errors = errors, Suggestions = suggestions }, status);
    }

    // What this browser has reserved is free for it: the address of the first mail may have been mistyped.
    private static Task<bool> IsFree(HttpContext context, IGrainFactory grains, Slug slug) =>
        SessionCookie.KnownBrowser(context.Request) is { } browser ? grains.Slug(slug).IsFreeFrom(Secret.Hash(browser)) : grains.Slug(slug).IsFree();

    private static string Short(string? text) => text is null ? "" : text.Length <= LongestQuery ? text.Trim() : text[..LongestQuery].Trim();
}
