using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>Every page, by host: one line a feature.</summary>
public static class Pages
{
    public static void MapPages(this WebApplication web)
    {
        var site = web.MapSite();
        site.MapHome();

        var app = web.MapApp();
        app.MapAppRobots();

        var members = app.ForMembers();
        members.MapWelcome();
    }
}
