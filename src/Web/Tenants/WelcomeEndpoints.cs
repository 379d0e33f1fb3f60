using Backsoon.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Tenants;

public static class WelcomeEndpoints
{
    public static void MapWelcome(this RouteGroupBuilder members) =>
        members.MapGet("/welcome", (Member member) => new RazorComponentResult<Welcome>(new { Member = member }));
}
