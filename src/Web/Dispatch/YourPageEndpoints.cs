using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Dispatch;

public static class YourPageEndpoints
{
    public static void MapYourPage(this RouteGroupBuilder members)
    {
        members.MapGet("/page", async (HttpContext context, Member member) => await member.Scope.Directory().Desk() is { } desk ? context.Page<YourPage>(new { Member = member, Desk = desk }) : Results.NotFound());
        members.MapGet("/page/sign", (HttpContext context, Member member) => context.Page<YourPageSign>(new { Member = member }));
        members.MapGet("/page/code.svg", (Member member, Site site) =>
            new RazorComponentResult<QrCode>(new { Address = site.Desk(member.Tenant.Slug), Label = site.Desk(member.Tenant.Slug) }) { ContentType = "image/svg+xml" });
    }
}
