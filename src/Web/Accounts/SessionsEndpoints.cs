using Backsoon.Shared;

namespace Backsoon.Accounts;

public static class SessionsEndpoints
{
    public static void MapSessions(this RouteGroupBuilder members)
    {
        members.MapGet("/sessions", async (HttpContext context, Member member, IGrainFactory grains, string? said) =>
            await Account(grains, member).Look() is { } account
                ? context.Page<Sessions>(new { Member = member, account.Email, Entries = account.Sessions, Refusal = await Account(grains, member).Refusal(), Said = said })
                : Results.NotFound());
        members.MapPost("/sessions/{id:guid}/end", async (Guid id, Member member, IGrainFactory grains) =>
            new SeeOther(await Account(grains, member).EndSession(id) ? "/sessions?said=ended" : "/sessions?said=over"));
        members.MapPost("/sessions/end-others", async (Member member, IGrainFactory grains) =>
        {
            await Account(grains, member).EndOtherSessions(member.SessionKey);
            return new SeeOther("/sessions?said=others-ended");
        });
        members.MapPost("/sessions/mail", async (Member member, IGrainFactory grains) =>
        {
            await Account(grains, member).AcceptMail();
            return new SeeOther("/sessions?said=mail");
        });
        members.MapPost("/sign-out", async (HttpContext context, Member member, IGrainFactory grains) =>
        {
            await grains.GetGrain<ISessionGrain>($"session/{member.SessionKey}").End();
            SessionCookie.Delete(context);
            return new SeeOther("/sign-in?said=signed-out");
        });
    }

    private static IAccountGrain Account(IGrainFactory grains, Member member) => grains.GetGrain<IAccountGrain>($"account/{member.Account}");
}
