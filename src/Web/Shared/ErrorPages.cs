using Backsoon.Dispatch;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Shared;

/// <summary>Pages for what went wrong: each says what happened and what to do.</summary>
public static class ErrorPages
{
    public static Task Failed(HttpContext context)
    {
        var failure = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var status = failure switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            // A form with more fields, or longer ones, than the parser takes.
            InvalidDataException => StatusCodes.Status400BadRequest,
            TimeoutException => StatusCodes.Status503ServiceUnavailable,
            // The host answers so while the database is away.
            Orleans.Runtime.OrleansException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
        return Show(context, status);
    }

    /// <summary>Whether it is the visitor's request that cannot be read: nothing that whoever runs this could mend.</summary>
    public static bool IsOfTheRequest(Exception failure) => failure is BadHttpRequestException or InvalidDataException;

    public static Task Explain(StatusCodeContext context) => Show(context.HttpContext, context.HttpContext.Response.StatusCode);

    public static async Task Show(HttpContext context, int status)
    {
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "5";
        context.Response.Headers.CacheControl = "no-store";
        TimeSpan? wait = status == StatusCodes.Status429TooManyRequests && int.TryParse(context.Response.Headers.RetryAfter, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
        await new RazorComponentResult<ErrorPage>(new { Status = status, RetryAfter = wait, Whose = await Whose(context, status) }) { StatusCode = status }.ExecuteAsync(context);
    }

    // Of a desk only what is in memory, unless the page is merely the wrong one: what went wrong may be what would be asked.
    private static async Task<string?> Whose(HttpContext context, int status)
    {
        if (context.Items[typeof(Member)] is Member)
            return "the board";
        if (DeskEndpoints.Name(context) is not { } slug || status == StatusCodes.Status410Gone)
            return null;

        var renderings = context.RequestServices.GetRequiredService<DeskRenderings>();
        var view = status is StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound ? (await renderings.Of(slug))?.View : renderings.Last(slug);
        return view?.Profile.Settings.BusinessName;
    }

    /// <summary>The same, for an answer that nothing looks at on its way out.</summary>
    public static Task ShowWait(HttpContext context, TimeSpan wait)
    {
        Wait(context, wait);
        return Show(context, StatusCodes.Status429TooManyRequests);
    }

    /// <summary>Too many for now: 429 with <c>Retry-After</c>.</summary>
    public static IResult Wait(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
        return Results.StatusCode(StatusCodes.Status429TooManyRequests);
    }
}
