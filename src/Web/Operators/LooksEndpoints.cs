using Backsoon.Shared;

namespace Backsoon.Operators;

public static class LooksEndpoints
{
    public static void MapLooks(this RouteGroupBuilder members) =>
        members.MapGet("/looks", async (HttpContext context, Member member, Guid? before) =>
            context.Page<LooksOfOperators>(new { Member = member, Page = await member.Scope.Looks().List(before), IsFirst = before is null }));
}
