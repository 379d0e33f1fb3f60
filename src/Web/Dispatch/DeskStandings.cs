using Backsoon.Booking;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Which pages of a desk are shown to whom while the business takes nothing.</summary>
public static class DeskStandings
{
    /// <summary>Pages on which something new begins: a business that has paused shows that it has.</summary>
    public static RouteGroupBuilder WhileOpen(this RouteGroupBuilder desks) => desks.While(standing => standing == Standing.Open);

    /// <summary>Pages on which something that is under way goes on: only one that has left is closed.</summary>
    public static RouteGroupBuilder UntilClosed(this RouteGroupBuilder desks) => desks.While(standing => standing != Standing.Closed);

    private static RouteGroupBuilder While(this RouteGroupBuilder desks, Predicate<Standing> shows)
    {
        var group = desks.MapGroup("");
        group.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
            if (await grains.Desk(context) is not { } scope || await scope.Tenant().Profile() is not { } profile || shows(profile.Standing))
                return await next(invocation);
            if (context.Request.Path.StartsWithSegments(BookRoot.Frame.Path))
                BookRoot.Frame.Protect(context.Response);
            return DeskClosed.Page(context, profile);
        });
        return group;
    }
}
