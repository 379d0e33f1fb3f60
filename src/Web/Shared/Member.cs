using System.Reflection;
using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Shared;

/// <summary>Who is signed in, and for which business. An endpoint of the members' group takes it as a parameter.</summary>
/// <param name="FormToken">What every form of this person carries in <see cref="PublicForm.Field"/>.</param>
public sealed record Member(AccountId Account, TenantProfile Tenant, TenantScope Scope, string SessionKey, string FormToken)
{
    public static ValueTask<Member?> BindAsync(HttpContext context, ParameterInfo _) => ValueTask.FromResult(context.Items[typeof(Member)] as Member);
}

public static class Members
{
    // A board stays open for days; the token is worth nothing without the session it names.
    private static readonly TimeSpan s_formLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_touchAfter = TimeSpan.FromHours(1);

    /// <summary>A group whose endpoints run for signed-in people only; its POSTs need the token of a form that was rendered for the same session.</summary>
    /// <param name="evenWhenClosed">Whether these pages are there for somebody whose business has left; all others lead to the page about that.</param>
    public static RouteGroupBuilder ForMembers(this RouteGroupBuilder app, bool evenWhenClosed = false)
    {
        var members = app.MapGroup("").WithMetadata(new MembersOnly(evenWhenClosed));
        members.AddEndpointFilter(Admit);
        return members;
    }

    private static async ValueTask<object?> Admit(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var member = (Member)context.Items[typeof(Member)]!;
        context.Response.Headers.CacheControl = "no-store";
        if (member.Tenant.Standing == Standing.Closed && context.GetEndpoint()?.Metadata.GetMetadata<MembersOnly>() is { EvenWhenClosed: false })
            return new SeeOther("/leave");
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return await next(invocation);

        if (!Origins.IsOwn(context.Request) || !context.Request.HasFormContentType || !await CarriesToken(context, member))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        return await context.RequestServices.GetRequiredService<Limits>().Take(Limits.PostPerSession, member.SessionKey) is { } wait ? ErrorPages.Wait(context, wait) : await next(invocation);
    }

    /// <summary>Finds who is signed in, before endpoints bind their parameters; shows whoever is not, and has to be, where to.</summary>
    public static async Task Recognise(HttpContext context, RequestDelegate next)
    {
        var services = context.RequestServices;
        if (context.Request.Host.Host.Equals(services.GetRequiredService<Site>().AppHost, StringComparison.OrdinalIgnoreCase) && SessionCookie.Read(context.Request) is { } token)
            context.Items[typeof(Member)] = await Find(services, token);
        if (context.Items[typeof(Member)] is null && context.GetEndpoint()?.Metadata.GetMetadata<MembersOnly>() is not null)
            context.Response.Redirect(HttpMethods.IsGet(context.Request.Method) ? SignInPath(context.Request) : "/sign-in");
        else
            await next(context);
    }

    private static async Task<Member?> Find(IServiceProvider services, string token)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        var key = Secret.Hash(token);
        var session = grains.GetGrain<ISessionGrain>($"session/{key}");
        if (await session.Check() is not { Tenant: { } tenant } view)
            return null;

        var scope = grains.For(tenant);
        if (await scope.Tenant().Profile() is not { } profile || !profile.Members.Contains(view.Account))
            return null;

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (now - view.LastSeenAt > s_touchAfter)
            _ = session.Touch();
        var ring = await services.GetRequiredService<Keys>().Current();
        return new Member(view.Account, profile, scope, key, ring.Tokens.Sign(TokenPurpose.AppForm, now + s_formLife, key));
    }

    private static async Task<bool> CarriesToken(HttpContext context, Member member)
    {
        var form = await context.Request.ReadFormAsync();
        var ring = await context.RequestServices.GetRequiredService<Keys>().Current();
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        return ring.Tokens.Read(TokenPurpose.AppForm, form[PublicForm.Field], now) is { IsValid: true, Parts: [var session] } && session == member.SessionKey;
    }

    private static string SignInPath(HttpRequest request) => request.Path == "/" ? "/sign-in" : $"/sign-in?next={Uri.EscapeDataString(request.Path + request.QueryString)}";

    private sealed record MembersOnly(bool EvenWhenClosed);
}
