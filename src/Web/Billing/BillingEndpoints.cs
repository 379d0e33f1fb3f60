using System.Globalization;
using Backsoon.Shared;

namespace Backsoon.Billing;

/// <summary>What the business pays for. Cards are typed at Stripe, where the buttons lead to.</summary>
public static class BillingEndpoints
{
    public static void MapBilling(this RouteGroupBuilder members)
    {
        members.MapGet("/billing", (HttpContext context, Member member, string? said, string? before) => Show(context, member, said, before: before));
        members.MapPost("/billing/choose", async (HttpContext context, Member member) =>
            await Lead(context, member, await member.Scope.Subscription().Choose((await context.Request.ReadFormAsync()).Text("plan"))));
        members.MapPost("/billing/portal", async (HttpContext context, Member member) => await Lead(context, member, await member.Scope.Subscription().Portal()));
        members.MapPost("/billing/ask", Ask);
        // Stripe sends back to these; how things stand is not theirs to say.
        members.MapGet("/billing/done", (HttpContext context, Member member, string? said) => Return(context, member, isDone: true, said));
        members.MapGet("/billing/stopped", (HttpContext context, Member member) => Return(context, member, isDone: false, null));
    }

    private static async Task<IResult> Show(HttpContext context, Member member, string? said, string? trouble = null, int status = StatusCodes.Status200OK, string? before = null)
    {
        var view = await member.Scope.Subscription().Look();
        if (!view.IsBilled)
            return context.Page<BillingNone>(new { Member = member }, status);
        if (!TryRead(before, out var cursor))
            return Results.NotFound();

        // A browser holds a form to where it may lead, also by way of an answer.
        context.Response.Headers.ContentSecurityPolicy = context.Response.Headers.ContentSecurityPolicy.ToString().Replace("form-action 'self'", $"form-action 'self' {string.Join(' ', view.Doors)}", StringComparison.Ordinal);
        return context.Page<BillingPage>(new { Member = member, View = view, Said = said, Trouble = trouble, Paid = await member.Scope.Subscription().Payments(cursor), IsFirst = cursor is null }, status);
    }

    /// <summary>Where the page of older payments begins.</summary>
    public static string Address(PaymentCursor before) => $"/billing?before={before.PaidAt.UtcTicks}-{Uri.EscapeDataString(before.Invoice)}#payments";

    private static bool TryRead(string? text, out PaymentCursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (text.Split('-', 2) is not [var ticks, { Length: > 0 and <= 100 } invoice] || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTime.MaxValue.Ticks)
            return false;
        cursor = new PaymentCursor(new DateTimeOffset(at, TimeSpan.Zero), invoice);
        return true;
    }

    private static Task<IResult> Lead(HttpContext context, Member member, BillingDoor door) => door switch
    {
        BillingDoor.Open { At: var at } => Task.FromResult<IResult>(new SeeOther(at.AbsoluteUri)),
        BillingDoor.Needless => Task.FromResult<IResult>(new SeeOther("/billing?said=chosen")),
        BillingDoor.None => Show(context, member, null, "That is not offered any more. Choose from what is here now.", StatusCodes.Status422UnprocessableEntity),
        _ => Show(context, member, null, "Stripe does not answer just now. Nothing was changed and nothing was charged: try again in a minute.", StatusCodes.Status503ServiceUnavailable),
    };

    private static async Task<IResult> Ask(Member member)
    {
        var subscription = member.Scope.Subscription();
        var answered = await subscription.Refresh();
        return new SeeOther((await subscription.Look()).Standing == BillingStanding.Active ? "/billing?said=thanks" : $"/billing/done?said={(answered ? "waiting" : "away")}");
    }

    private static async Task<IResult> Return(HttpContext context, Member member, bool isDone, string? said)
    {
        var view = await member.Scope.Subscription().Look();
        return view.IsBilled ? context.Page<BillingReturn>(new { Member = member, View = view, IsDone = isDone, Said = said }) : context.Page<BillingNone>(new { Member = member });
    }
}
