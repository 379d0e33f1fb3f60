using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace Backsoon.Shared;

/// <summary>A span a request, named by its route: an address may be a secret link, and is never told.</summary>
internal static class Spans
{
    private static readonly ActivitySource s_source = new("Backsoon.Web");

    // Nobody outside says whose trace it belongs to.
    public static Task Trace(HttpContext context, RequestDelegate next) => s_source.HasListeners() ? Traced(context, next) : next(context);

    private static async Task Traced(HttpContext context, RequestDelegate next)
    {
        using var span = s_source.StartActivity("request", ActivityKind.Server, default(ActivityContext));
        await next(context);
        if (span is null)
            return;
        var method = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? HttpMethods.GetCanonicalizedValue(context.Request.Method) : "_OTHER";
        var route = ((context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
