using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Shared;

public static class PageResults
{
    /// <summary>A page that is about one person and kept by nobody; 422 when it shows again a form that could not be taken.</summary>
    public static IResult Page<T>(this HttpContext context, object parameters, FormErrors errors) where T : IComponent =>
        context.Page<T>(parameters, errors.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    public static IResult Page<T>(this HttpContext context, object parameters, int status = StatusCodes.Status200OK) where T : IComponent
    {
        context.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<T>(parameters) { StatusCode = status };
    }
}
