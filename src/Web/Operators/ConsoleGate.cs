using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Operators;

/// <summary>Who gets into the console, and which of their forms are taken.</summary>
public static class ConsoleGate
{
    /// <summary>A group whose endpoints run for signed-in operators only; each of its POSTs needs the token of a form that was rendered for the same session and the same path.</summary>
    public static RouteGroupBuilder ForOperators(this RouteGroupBuilder console)
    {
        var operators = console.MapGroup("").WithMetadata(new OperatorsOnly());
        operators.AddEndpointFilter(Admit);
        return operators;
    }

    /// <summary>Finds who is signed in, before endpoints bind their parameters; shows whoever is not, and has to be, where to.</summary>
    public static async Task Recognise(HttpContext context, RequestDelegate next)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<Site>().IsConsole(context.Request.Host.Host) && SessionCookie.Console(context.Request) is { } token)
        {
            var key = Secret.Hash(token);
            if (await services.GetRequiredService<IGrainFactory>().GetGrain<IOperatorsGrain>(IOperatorsGrain.Key).Session(key) is { } session)
                context.Items[typeof(Operator)] = new Operator(session.Operator, key, session.ExpiresAt, (await services.GetRequiredService<Keys>().Current()).Tokens);
        }

        if (context.Items[typeof(Operator)] is null && context.GetEndpoint()?.Metadata.GetMetadata<OperatorsOnly>() is not null)
            await SignIn.ExecuteAsync(context);
        else
            await next(context);
    }

    /// <summary>For whoever is signed out in the middle of something.</summary>
    public static IResult SignIn { get; } = new SeeOther("/sign-in");

    private static async ValueTask<object?> Admit(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var signedIn = (Operator)context.Items[typeof(Operator)]!;
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return await next(invocation);
        if (!Origins.IsOwn(context.Request) || !context.Request.HasFormContentType || !await CarriesToken(context, signedIn))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        return await context.RequestServices.GetRequiredService<Limits>().Take(Limits.PostPerSession, signedIn.SessionKey) is { } wait ? ErrorPages.Wait(context, wait) : await next(invocation);
    }

    private static async Task<bool> CarriesToken(HttpContext context, Operator signedIn)
    {
        var form = await context.Request.ReadFormAsync();
        return signedIn.Keys.Read(TokenPurpose.ConsoleForm, form[PublicForm.Field], context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) is { IsValid: true, Parts: [var session, var path] }
            && session == signedIn.SessionKey && path == context.Request.Path;
    }

    private sealed record OperatorsOnly;
}
