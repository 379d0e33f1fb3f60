using Backsoon.Shared;

namespace Backsoon.Mail;

public static class MailStandingEndpoints
{
    public static void MapMailStanding(this RouteGroupBuilder members) => members.MapPost("/mail/try-again", async (Member member) =>
    {
        await member.Scope.Deliveries().TryAgain(member.Tenant.Settings.Owner.Email);
        return new SeeOther("/");
    });
}
