using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Tenants;

public static class HomeEndpoints
{
    // Where a newcomer's first look around ends: the business that a development start fills with some weeks of history.
    private static readonly Slug s_demo = Slug.Parse(IDemoGrain.Slug);

    public static void MapHome(this RouteGroupBuilder site)
    {
        site.MapGet("/", async (HttpContext context, IGrainFactory grains, ServerSettings settings) =>
        {
            var demo = !settings.IsProduction && await grains.Slug(s_demo).Resolve() is not null ? s_demo : null;
            return new RazorComponentResult<Home>(new { Demo = demo, ShowsMail = await DevelopmentMailEndpoints.MayLook(context), Analytics = await Analytics.For(context) });
        });
        site.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /dev/\n"));
    }

    public static void MapAppRobots(this RouteGroupBuilder app) => app.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /\n"));
}
