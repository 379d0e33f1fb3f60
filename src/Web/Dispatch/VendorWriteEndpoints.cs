using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

public static class VendorWriteEndpoints
{
    public static void MapVendorWrite(this RouteGroupBuilder desks) => desks.MapPost("/v/{see}/write", Write);

    private static async Task<IResult> Write(HttpContext context, string see, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);

        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        if (VendorLink.Read(ring, TokenPurpose.See, scope.Id, see, now) is not { Sight: var sight, Expired: var expired }
            || MessageTicket.Read(ring, sent[PublicForm.Field], scope.Id, sight.Dispatch, sight.Vendor, now) is not { } ticket)
            return VendorEndpoints.Forged(context, StatusCodes.Status403Forbidden);
        if (expired)
            return VendorEndpoints.Over(context);

        var typed = new VendorWords(sent.Lines("message"), sent["to"] == VendorWords.Business, null, null);
        var reply = MessageReply.Of(typed.Text) ?? (ticket.IsValid ? null : MessageReply.Old);
        if (reply is null && await limits.Take(Limits.MessagePerIp, Visitors.LimitKey(context)) is { } wait)
            reply = MessageReply.TooMany(wait);
        if (reply is null)
        {
            var outcome = await scope.Dispatch(sight.Dispatch).WriteAsVendor(sight.Vendor, ticket.Message, typed.ToBusiness == true, typed.Text);
            if (outcome is MessageOutcome.Written { Mailed: var mailed })
                return new SeeOther($"/v/{see}?said={(mailed ? "written" : "kept")}#messages");
            if (outcome is MessageOutcome.Unknown)
                return VendorEndpoints.Gone(context);
            reply = MessageReply.Of(outcome);
        }

        reply.AddTo(context.Response);
        return await VendorEndpoints.Show(context, scope, ring, sight, see, now, null, typed with { Problem = reply.Says, Form = reply.IsFresh ? null : sent[PublicForm.Field] }, reply.Status);
    }
}

/// <summary>What a vendor typed, when it is shown again.</summary>
/// <param name="Form">The form's own token, while it is still good.</param>
public sealed record VendorWords(string Text, bool? ToBusiness, string? Problem, string? Form)
{
    public const string Business = "business";
    public const string Caller = "caller";
    public static readonly VendorWords None = new("", null, null, null);
}
