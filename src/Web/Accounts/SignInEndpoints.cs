using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Shared;

namespace Backsoon.Accounts;

public static class SignInEndpoints
{
    private const string Form = "sign-in";
    private const string CodeForm = "code";

    public static void MapSignIn(this RouteGroupBuilder app)
    {
        app.MapGet("/sign-in", (HttpContext context, PublicForm forms, TimeProvider clock, string? next, string? email, string? said) =>
            Show(context, forms, clock, NextPage.Of(next), email is { Length: <= EmailAddress.MaxLength } ? email : "", FormErrors.None, said switch { "signed-out" => "You are signed out.", "undone" => "The deletion is undone, and nothing was deleted. Sign in as always.", _ => null }));
        app.MapPost("/sign-in", Ask).FromOwnPage();
        app.MapGet("/sign-in/code", ShowCode);
        app.MapPost("/sign-in/code", Redeem).FromOwnPage();
    }

    private static async Task<IResult> Ask(HttpContext context, IGrainFactory grains, Keys keys, Policies policies, PublicForm forms, Limits limits, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        var reading = await forms.Read(context, Form);
        if (reading is { Standing: FormStanding.Forged } or { Carried.Length: not 2 })
            return Results.StatusCode(StatusCodes.Status403Forbidden);

        var next = NextPage.Of(reading.Carried[1]);
        var errors = new FormErrors();
        if (!EmailAddress.TryParse(form.Line("email"), out var email))
            errors.Add("email", "Type your whole email address, like ana@example.com.");
        if (reading.Standing == FormStanding.Stale)
            errors.Add("email", FormReading.StaleMessage);
        if (email is null || errors.Any)
            return await Show(context, forms, clock, next, form.Line("email"), errors);
        if (await limits.Take(Limits.SignInPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        var ring = await keys.Current();
        var asked = new SignInAsked(Guid.Parse(reading.Carried[0]), email, next);
        var request = new SignInRequest(asked.Request, email, Secret.Hash(SessionCookie.Browser(context, clock)), Visitors.Of(context));
        if (await grains.GetGrain<IAddressGrain>($"address/{ring.For(email)}").AskToSignIn(request) is Asked.TooMany many)
            return ErrorPages.Wait(context, many.RetryAfter);

        asked.Remember(context, ring, clock.GetUtcNow(), (await policies.Current()).MagicLink);
        return new SeeOther("/sign-in/code");
    }

    private static async Task<IResult> ShowCode(HttpContext context, Keys keys, PublicForm forms, TimeProvider clock) =>
        SignInAsked.Of(context.Request, await keys.Current(), clock.GetUtcNow()) is { } asked
            ? await CodePage(context, forms, asked, FormErrors.None)
            : Results.Redirect("/sign-in");

    private static async Task<IResult> Redeem(HttpContext context, IGrainFactory grains, Keys keys, PublicForm forms, Limits limits, TimeProvider clock)
    {
        var reading = await forms.Read(context, CodeForm);
        if (reading is { Standing: FormStanding.Forged } or { Carried.Length: not 1 })
            return Results.StatusCode(StatusCodes.Status403Forbidden);

        var ring = await keys.Current();
        if (SignInAsked.Of(context.Request, ring, clock.GetUtcNow()) is not { } asked)
            return new SeeOther("/sign-in");

        var errors = new FormErrors();
        var code = string.Concat((await context.Request.ReadFormAsync()).Line("code").Where(c => c is not (' ' or '-')));
        if (code.Length != 6 || !code.All(char.IsAsciiDigit))
            errors.Add("code", "The code is 6 digits, like 482 913.");
        if (reading.Standing == FormStanding.Stale)
            errors.Add("code", FormReading.StaleMessage);
        if (errors.Any)
            return await CodePage(context, forms, asked, errors);
        if (await limits.Take(Limits.CodePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        var browser = SessionCookie.Browser(context, clock);
        var outcome = await grains.GetGrain<IAddressGrain>($"address/{ring.For(asked.Email)}").RedeemCode(asked.Request, Secret.Hash(browser), code);
        if (outcome is CodeRedemption.Accepted accepted && await Entrance.Enter(context, grains, $"magic-link/{accepted.MagicLinkKey}", Secret.ForSession(browser, reading.Carried[0]), asked.Next) is { } entered)
            return entered;

        errors.Add("code", outcome is CodeRedemption.Wrong { GuessesLeft: > 0 and var left }
            ? $"That is not the code in the newest mail. You can try {(left == 1 ? "once more" : $"{left} more times")}; the link in the mail works as well."
            : "This code no longer works. Use the link in the mail, or ask for a new mail.");
        return await CodePage(context, forms, asked, errors);
    }

    private static async Task<IResult> Show(HttpContext context, PublicForm forms, TimeProvider clock, string next, string email, FormErrors errors, string? flash = null)
    {
        var token = await forms.Token(context, Form, Guid.CreateVersion7(clock.GetUtcNow()).ToString("n"), next);
        var member = context.Items[typeof(Member)] as Member;
        return context.Page<SignIn>(new { Token = token, Email = email, Errors = errors, Flash = flash, SignedInAs = member?.Tenant.Settings.BusinessName }, errors);
    }

    private static async Task<IResult> CodePage(HttpContext context, PublicForm forms, SignInAsked asked, FormErrors errors) =>
        context.Page<SignInCode>(new { Token = await forms.Token(context, CodeForm, Secret.New()), asked.Email, IsSignUp = asked.SignUp is not null, Errors = errors, ShowsMail = await DevelopmentMailEndpoints.MayLook(context) }, errors);
}
