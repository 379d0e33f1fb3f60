using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What a caller is answered after pressing a button. Every answer but the last one shows what was typed, ready to be sent again.</summary>
public sealed class DeskReply(HttpContext context, Slug slug, TenantScope scope, DeskRenderings renderings, DeskForm form, DeskTicket ticket, KeyRing ring, DateTimeOffset now)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public IResult Sent(string query = "") => new SeeOther($"{StatusLink.Path(ring, ticket)}{query}");

    /// <summary>A field that people do not see had something in it: a person has only to press once more.</summary>
    public async Task<IResult> Unsent()
    {
        await renderings.Of(slug);
        return Again(StatusCodes.Status422UnprocessableEntity, "Your request has not been passed on", "Something filled in a field that people do not see, which is what programs do. If you are a person, send it once more; everything you typed is still here.", "Send it", ticket);
    }

    public Task<IResult> Searched() => Show(StatusCodes.Status200OK, form with { Found = form.Query, AsksSubject = true }, FormErrors.None, null);

    public Task<IResult> Wrong(FormErrors errors) => Show(StatusCodes.Status422UnprocessableEntity, form, errors, null);

    public Task<IResult> Old() => Show(
        StatusCodes.Status422UnprocessableEntity, form, FormErrors.None, "This page was open for a long time, so nothing has been sent yet. Everything you typed is still here: press Send once more.");

    public Task<IResult> TooQuick() => Show(
        StatusCodes.Status422UnprocessableEntity, form, FormErrors.None, "That was quicker than people usually are, so nothing has been sent yet. Everything you typed is still here: press Send once more.");

    public Task<IResult> NotOffered()
    {
        var errors = new FormErrors();
        errors.Add("category", "What you chose is not offered any more. Choose again.");
        return Show(StatusCodes.Status422UnprocessableEntity, form with { Category = "" }, errors, null);
    }

    /// <summary>The business has stopped taking requests since the form was opened: what was typed stays on the page, to be read out on the telephone.</summary>
    public async Task<IResult> Closed() => await scope.Tenant().Profile() is { } profile ? DeskClosed.Page(context, profile, form.Text) : Results.StatusCode(StatusCodes.Status410Gone);

    /// <summary>A repeated press for a request that is there already is no further request.</summary>
    public async Task<bool> IsRepeated() => await scope.Dispatch(ticket.Dispatch).LookAsCaller() is { } sent && sent.Text == form.Text;

    public async Task<IResult> TooMany(TimeSpan wait)
    {
        // The emergency number is what somebody in need reads now.
        await renderings.Of(slug);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString();
        return Again(
            StatusCodes.Status429TooManyRequests, "That was a lot in a short time", $"To keep everybody safe there is a limit to how many requests are taken from one place, and it is reached. This one has not been sent. Try again in {LocalTime.Lasting(wait)}.",
            "Send it now", ticket);
    }

    public IResult Different(string reference) => Again(
        StatusCodes.Status409Conflict, "You sent this form before, with other words", $"It is request {reference}, and it stays as it was. What you typed now has not been sent.", "Send this as a second request",
        DeskTicket.New(scope.Id, now) with { RenderedAt = ticket.RenderedAt }, StatusLink.Path(ring, ticket));

    /// <summary>The words of a moment ago in another form, as when somebody has gone back and pressed Send again.</summary>
    public async Task<IResult> Repeated(RecentForm first)
    {
        await renderings.Of(slug);
        return Again(
            StatusCodes.Status409Conflict, "You sent this a moment ago", $"It is request {first.Reference}, and it has arrived. To add to it, open it and write there. It has not been sent a second time.", "Send it as a second request", ticket,
            StatusLink.Path(ring, first.Ticket));
    }

    public IResult Unavailable() => Unavailable(context, form, renderings.Last(slug));

    public static IResult Unavailable(HttpContext context, DeskForm form, DeskView? last)
    {
        context.Response.Headers.RetryAfter = s_patience.TotalSeconds.ToString();
        return Again(
            context, StatusCodes.Status503ServiceUnavailable, "It could not be saved just now", "Something on our side does not answer, so we cannot promise that your request is saved. Everything you typed is still here: wait a few seconds and send it again. It is never taken twice.", "Send it again",
            form, form.Token, last?.Profile, null);
    }

    public static IResult NoDesk(HttpContext context)
    {
        const string says = "The name before the first dot may be mistyped, or the business has left. Check the address where you found it.";
        return context.Page<DeskNotice>(new { Title = "There is no desk at this address", Says = says, HasDesk = false }, StatusCodes.Status404NotFound);
    }

    public static IResult Page(HttpContext context, DeskRendering rendering, DeskForm form, ImmutableArray<Subject> subjects, FormErrors errors, string? notice, int status) =>
        context.Page<DeskPage>(new { rendering.View, rendering.TakesBookings, Form = form, form.Token, Subjects = subjects, Errors = errors, Notice = notice }, status);

    private async Task<IResult> Show(int status, DeskForm shown, FormErrors errors, string? notice)
    {
        if (await renderings.Of(slug) is not { } rendering)
            return Results.StatusCode(StatusCodes.Status410Gone);

        if (rendering.View.Profile is { Standing: not Standing.Open } profile)
            return DeskClosed.Page(context, profile, form.Text);
        // An old form keeps its id: if it was sent once, it still is the same request. One that is not ours gets a new one.
        var token = ticket.IsValid ? form.Token : (ticket.Tenant == scope.Id ? ticket : DeskTicket.New(scope.Id, now)).Sign(ring, now);
        return Page(context, rendering, shown with { Token = token }, await DeskEndpoints.Found(scope, rendering.View, shown), errors, notice, status);
    }

    private IResult Again(int status, string title, string says, string button, DeskTicket next, string? first = null) =>
        Again(context, status, title, says, button, form, next == ticket ? form.Token : next.Sign(ring, now), renderings.Last(slug)?.Profile, first);

    private static IResult Again(HttpContext context, int status, string title, string says, string button, DeskForm form, string token, TenantProfile? profile, string? first) =>
        context.Page<DeskAgain>(new { Title = title, Says = says, Button = button, Form = form, Token = token, Settings = profile?.Settings, Industry = profile?.Industry ?? Industry.Other, First = first }, status);
}
