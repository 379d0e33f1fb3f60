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
            TimeoutException => StatusCodes.Status503ServiceUnavailable,
            // The host answers so while the database is away.
            Orleans.Runtime.OrleansException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
        return Show(context, status);
    }

    public static Task Explain(StatusCodeContext context) => Show(context.HttpContext, context.HttpContext.Response.StatusCode);

    public static Task Show(HttpContext context, int status)
    {
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "5";
        return new RazorComponentResult<ErrorPage>(new { Status = status }) { StatusCode = status }.ExecuteAsync(context);
    }
}
