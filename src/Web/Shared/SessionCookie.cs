using Backsoon.Tenants;

namespace Backsoon.Shared;

/// <summary>The essential cookies (P17), all on <c>app.{domain}</c> and nowhere else.</summary>
/// <remarks>Over https they carry the <c>__Host-</c> prefix; over http in Development a browser would refuse that, so the name is plain and not Secure.</remarks>
public static class SessionCookie
{
    private static readonly TimeSpan s_deviceLife = TimeSpan.FromDays(365);

    public static string? Read(HttpRequest request) => request.Cookies[Name(request, "session")];

    public static void Write(HttpContext context, string token, DateTimeOffset expires) => Append(context, "session", token, expires);

    public static void Delete(HttpContext context) => Delete(context, "session");

    /// <summary>What this browser asked for last and waits for a mail about; signed, see <see cref="Accounts.SignInAsked"/>.</summary>
    public static string? Asked(HttpRequest request) => request.Cookies[Name(request, "asked")];

    public static void WriteAsked(HttpContext context, string token, DateTimeOffset expires) => Append(context, "asked", token, expires);

    public static void DeleteAsked(HttpContext context) => Delete(context, "asked");

    /// <summary>The console's, on its own host: whoever is signed in at one of them is nobody at the other. It never comes along from another site.</summary>
    public static string? Console(HttpRequest request) => request.Cookies[Name(request, "console")];

    public static void WriteConsole(HttpContext context, string token, DateTimeOffset expires) =>
        context.Response.Cookies.Append(Name(context.Request, "console"), token, ConsoleOptions(context.Request, expires));

    public static void DeleteConsole(HttpContext context) => context.Response.Cookies.Delete(Name(context.Request, "console"), ConsoleOptions(context.Request, null));

    /// <summary>The secret that tells one browser from another: binds a sign-in code to the browser that asked, and a device to its owner.</summary>
    public static string Browser(HttpContext context, TimeProvider clock)
    {
        if ((KnownBrowser(context.Request) ?? context.Items[typeof(SessionCookie)]) is string known)
            return known;
        var fresh = Accounts.Secret.New();
        context.Items[typeof(SessionCookie)] = fresh;
        Append(context, "browser", fresh, clock.GetUtcNow() + s_deviceLife);
        return fresh;
    }

    public static string? KnownBrowser(HttpRequest request) => request.Cookies[Name(request, "browser")] is { Length: 43 } known ? known : null;

    private static void Delete(HttpContext context, string name) => context.Response.Cookies.Delete(Name(context.Request, name), Options(context.Request, null));

    private static void Append(HttpContext context, string name, string value, DateTimeOffset expires) =>
        context.Response.Cookies.Append(Name(context.Request, name), value, Options(context.Request, expires));

    private static string Name(HttpRequest request, string name) => IsHttps(request) ? $"__Host-{name}" : name;

    private static CookieOptions Options(HttpRequest request, DateTimeOffset? expires) =>
        new() { HttpOnly = true, Secure = IsHttps(request), SameSite = SameSiteMode.Lax, Path = "/", Expires = expires, IsEssential = true };

    private static CookieOptions ConsoleOptions(HttpRequest request, DateTimeOffset? expires)
    {
        var options = Options(request, expires);
        options.SameSite = SameSiteMode.Strict;
        return options;
    }

    private static bool IsHttps(HttpRequest request) => request.HttpContext.RequestServices.GetRequiredService<Site>().Scheme == "https";
}
