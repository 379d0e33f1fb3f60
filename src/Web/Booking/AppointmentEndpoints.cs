using System.Text;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>The page of one appointment, for whoever has its link.</summary>
public static class AppointmentEndpoints
{
    // A page may be open for long before somebody presses its button.
    private static readonly TimeSpan s_formLife = TimeSpan.FromHours(24);

    public static void MapAppointment(this RouteGroupBuilder desks)
    {
        desks.MapGet("/a/{token}", Open);
        desks.MapGet("/a/{token}/appointment.ics", Download);
        desks.MapGet("/a/{token}/cancel", AskToCancel);
        desks.MapPost("/a/{token}/cancel", Cancel);
    }

    private static async Task<IResult> Open(HttpContext context, string token, string? said, IGrainFactory grains, Keys keys, TimeProvider clock) =>
        await Read(context, token, grains, keys, clock) is { } guest ? context.Page<GuestAppointment>(new { guest.Profile, guest.Appointment, Token = token, Said = said }) : await Refuse(context, token, grains, keys, clock);

    private static async Task<IResult> Download(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await Read(context, token, grains, keys, clock) is not { } guest || await guest.Scope.Appointment(guest.Appointment.Id).CalendarFile() is not { } file)
            return await Refuse(context, token, grains, keys, clock);
        context.Response.Headers.CacheControl = "no-store";
        return Results.File(Encoding.UTF8.GetBytes(file), "text/calendar; charset=utf-8", "appointment.ics");
    }

    private static async Task<IResult> AskToCancel(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock) =>
        await Read(context, token, grains, keys, clock) is { } guest ? ShowCancel(context, guest, token, "", FormErrors.None, null, StatusCodes.Status200OK) : await Refuse(context, token, grains, keys, clock);

    private static async Task<IResult> Cancel(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        if (await Read(context, token, grains, keys, clock) is not { } guest)
            return await Refuse(context, token, grains, keys, clock);

        var form = guest.Ring.Tokens.Read(TokenPurpose.AppointmentCancel, sent[PublicForm.Field], guest.Now);
        if (form.Parts is not [var whose, var id] || whose != guest.Scope.Id.Value || id != $"{guest.Appointment.Id:n}")
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var (reason, errors) = (sent.Lines("reason"), new FormErrors());
        if (reason.Length > MaxReason)
            errors.Add("reason", $"Shorten it to {MaxReason} characters; it has {reason.Length:N0}.");
        if (errors.Any)
            return ShowCancel(context, guest, token, reason, errors, null, StatusCodes.Status422UnprocessableEntity);
        if (!form.IsValid)
            return ShowCancel(context, guest, token, reason, errors, "This page was open for a long time, so nothing is cancelled yet. Press the button once more.", StatusCodes.Status422UnprocessableEntity);
        if (await limits.Take(Limits.ChangePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        return await guest.Scope.Appointment(guest.Appointment.Id).CancelAsGuest(reason) is CancelOutcome.Unknown
            ? Missing(context)
            // Too late or over: its page says so.
            : new SeeOther($"/a/{token}?said=cancelled");
    }

    public const int MaxReason = 1000;

    /// <summary>Null when the link leads to no appointment of this desk.</summary>
    internal static async Task<AppointmentGuest?> Read(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await grains.Desk(context) is not { } scope || await scope.Tenant().Profile() is not { } profile)
            return null;
        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        var link = AppointmentLink.Read(ring.Tokens, scope.Id, token, now);
        return link is { Expired: false, Appointment: var id } && await scope.Appointment(id).Look() is { Guest.IsRemoved: false } appointment
            ? new AppointmentGuest(scope, profile, appointment, ring, now)
            : null;
    }

    /// <summary>What is said of a link that leads to no appointment.</summary>
    internal static async Task<IResult> Refuse(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);
        return AppointmentLink.Read((await keys.Current()).Tokens, scope.Id, token, clock.GetUtcNow()) switch
        {
            null => Notice(context, StatusCodes.Status404NotFound, "This link is not complete", "A character may be missing or changed. Open it again from your mail, or copy the whole of it."),
            { Expired: true } => Notice(context, StatusCodes.Status410Gone, "This link is over", $"An appointment can be looked up for {AppointmentLink.Life.Days} days after its mail."),
            _ => Missing(context),
        };
    }

    private static IResult Missing(HttpContext context) => Notice(context, StatusCodes.Status404NotFound, "This appointment is not here", "The business has deleted it, or it was never booked.");

    private static IResult Notice(HttpContext context, int status, string title, string says) => context.Page<DeskNotice>(new { Title = title, Says = says, Href = "/", Label = "To the business's page" }, status);

    private static IResult ShowCancel(HttpContext context, AppointmentGuest guest, string token, string reason, FormErrors errors, string? notice, int status) => guest.Standing == AppointmentStanding.Open
        ? context.Page<AppointmentCancel>(
            new { guest.Profile, guest.Appointment, Token = token, Form = guest.Ring.Tokens.Sign(TokenPurpose.AppointmentCancel, guest.Now + s_formLife, guest.Scope.Id.Value, $"{guest.Appointment.Id:n}"), Reason = reason, Errors = errors, Notice = notice }, status)
        // Its page says why there is no such button.
        : new SeeOther($"/a/{token}");
}

/// <summary>Whoever has the link of an appointment, and what it leads to.</summary>
internal sealed record AppointmentGuest(TenantScope Scope, TenantProfile Profile, Appointment Appointment, KeyRing Ring, DateTimeOffset Now)
{
    public AppointmentStanding Standing => Appointment.StandingAt(Now);
}
