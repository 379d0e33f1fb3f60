using Backsoon.Shared;

namespace Backsoon.Accounts;

/// <summary>Where a spent link becomes a signed-in browser.</summary>
public static class Entrance
{
    /// <summary>Null when the link could not be spent: over, or spent before.</summary>
    public static async Task<IResult?> Enter(HttpContext context, IGrainFactory grains, string linkKey, string sessionToken, string next)
    {
        var key = Secret.Hash(sessionToken);
        if (await grains.GetGrain<IMagicLinkGrain>(linkKey).Spend(key, Visitors.Of(context)) is not Redemption.Accepted accepted)
            return null;

        // What this browser was signed in with before ends here: nobody who knew it is signed in along with it.
        if (SessionCookie.Read(context.Request) is { } before && Secret.Hash(before) != key)
            await grains.GetGrain<ISessionGrain>($"session/{Secret.Hash(before)}").End();

        SessionCookie.Write(context, sessionToken, accepted.ExpiresAt);
        SessionCookie.DeleteAsked(context);
        return new SeeOther(accepted.IsNewTenant ? "/welcome" : NextPage.Of(next));
    }
}
