using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Promises;

public static class PrivacyEndpoints
{
    public static void MapPrivacy(this RouteGroupBuilder site) => site.MapGet("/privacy", () => new RazorComponentResult<Privacy>());
}
