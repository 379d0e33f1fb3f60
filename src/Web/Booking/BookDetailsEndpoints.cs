using System.Collections.Immutable;
using System.Diagnostics;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>The form for a time that is kept, and its taking.</summary>
public static class BookDetailsEndpoints
{
    public static void MapBookDetails(this RouteGroupBuilder desks, BookRoot root)
    {
        desks.MapGet($"{root.Path}/{{ticket}}", (HttpContext context, string ticket, IGrainFactory grains, Keys keys, TimeProvider clock) => Open(context, root, ticket, grains, keys, clock));
        desks.MapPost($"{root.Path}/{{ticket}}", (HttpContext context, string ticket, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock) => Book(context, root, ticket, grains, limits, keys, clock));
        desks.MapPost($"{root.Path}/{{ticket}}/release", (HttpContext context, string ticket, IGrainFactory grains, Keys keys, TimeProvider clock) => Release(context, root, ticket, grains, keys, clock));
    }

    private static async Task<IResult> Open(HttpContext context, BookRoot root, string ticket, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        root.Protect(context.Response);
        if (await Read(context, ticket, grains, keys, clock) is not { } guest)
            return BookReply.Broken(context);
        if (await guest.Scope.Appointment(guest.Ticket.Form).Look() is { } booked)
            return guest.Booked(root, booked);
        return guest.Service is null || guest.Host is null ? guest.NotOffered(root) : guest.Page(root, guest.Ticket, BookTyped.Empty, FormErrors.None, null);
    }

    private static async Task<IResult> Book(HttpContext context, BookRoot root, string ticket, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        root.Protect(context.Response);
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        if (await Read(context, ticket, grains, keys, clock) is not { } guest)
            return BookReply.Broken(context);

        var (typed, errors, kept) = (BookTyped.From(sent), new FormErrors(), guest.Ticket);
        if (guest.Service is not { } service || guest.Host is null)
            return await guest.Scope.Appointment(kept.Form).Look() is { } known ? guest.Booked(root, known) : guest.NotOffered(root);
        if (KeptSlot.Chosen(typed.Slot, service.Hosts) is { } other && guest.View.Host(other.Host) is { Active: true })
            kept = kept with { Slot = kept.Slot! with { Host = other.Host, Start = other.Start } };

        var slot = kept.Slot!;
        var schedule = guest.Scope.Schedule(slot.Host);
        if (typed.Check(errors, service, slot.Start, slot.ZoneId) is not { } form)
            return await Again(FormErrorsStatus, null);
        if (!kept.IsValid)
            return await Again(FormErrorsStatus, "This page was open for a long time, so nothing is booked yet. Everything you typed is still here: press Book once more.");
        if (typed.IsFilledByProgram)
            return await Again(FormErrorsStatus, "Nothing is booked yet: something filled in a field that people do not see, which is what programs do. If you are a person, press Book once more.");
        if (guest.Now - kept.RenderedAt < DeskEndpoints.FillTime)
            return await Again(FormErrorsStatus, "That was quicker than people usually are, so nothing is booked yet. Everything you typed is still here: press Book once more.");
        var visitor = Visitors.LimitKey(context);
        if ((await limits.Take(Limits.BookPerIp, visitor) ?? await limits.Take(Limits.BookPerAddress, form.Email!.Canonical) ?? await limits.Take(Limits.BookPerTenant, guest.Scope.Id.Value)) is { } wait)
        {
            if (await limits.Take(Limits.RepeatPerIp, visitor) is null && await guest.Scope.Appointment(kept.Form).Look() is { } before)
                return guest.Booked(root, before);
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
            return await Again(StatusCodes.Status429TooManyRequests, $"To keep everybody safe there is a limit to how many appointments are booked from one place or for one address, and it is reached. Nothing is booked yet. Try again in {LocalTime.Lasting(wait)}.");
        }

        return await schedule.Book(kept.Form, form) switch
        {
            BookOutcome.Booked booked => guest.Booked(root, booked.Appointment),
            BookOutcome.AlreadyBooked booked => guest.Booked(root, booked.Appointment),
            BookOutcome.Different different => guest.Different(root, different.Appointment),
            BookOutcome.Taken taken => guest.Page(root, kept, typed with { Slot = "" }, errors, $"{GuestWords.Why(taken.Why, guest.Business)} Nothing is booked yet.", StatusCodes.Status409Conflict, taken.Nearest),
            BookOutcome.Gone => Results.StatusCode(StatusCodes.Status410Gone),
            BookOutcome.Unavailable => Unavailable(),
            _ => throw new UnreachableException(),
        };

        // Whoever mends the form has the time for it: the slot is kept anew, if it still can be.
        async Task<IResult> Again(int status, string? notice)
        {
            var held = await schedule.Hold(kept.Form, service.Id, slot.Start);
            var next = kept with { Slot = held is HoldOutcome.Held { Until: var until } ? slot with { Until = until } : slot, Standing = Accounts.TokenStanding.Valid };
            return held is HoldOutcome.Taken { Why: var why, Nearest: var nearest }
                ? guest.Page(root, next, typed with { Slot = "" }, errors, notice ?? GuestWords.Why(why, guest.Business), status, nearest)
                : guest.Page(root, next, typed, errors, notice, status);
        }

        IResult Unavailable()
        {
            context.Response.Headers.RetryAfter = "10";
            return guest.Page(
                root, kept, typed, errors, "Something on our side does not answer, so we cannot promise that your appointment is booked. Everything you typed is still here: wait a few seconds and press Book again. It is never booked twice.",
                StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> Release(HttpContext context, BookRoot root, string ticket, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        root.Protect(context.Response);
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await grains.Desk(context) is not { } scope || BookTicket.Read(await keys.Current(), ticket, scope.Id, clock.GetUtcNow()) is not { Slot: { } slot } kept)
            return BookReply.Broken(context);
        if (await scope.Booking().Look() is { } view && view.Host(slot.Host) is not null)
            await scope.Schedule(slot.Host).Release(kept.Form);
        return new SeeOther(kept.Moves is { } moved
            ? $"{AppointmentLink.Path((await keys.Current()).Tokens, scope.Id, moved, clock.GetUtcNow())}/move"
            : $"{root.Path}?service={slot.Service:n}&from={LocalTime.Date(slot.Start, slot.ZoneId):yyyy-MM-dd}&zone={Uri.EscapeDataString(slot.ZoneId)}");
    }

    private const int FormErrorsStatus = StatusCodes.Status422UnprocessableEntity;

    // Null where the ticket is not one of this desk's for a new appointment.
    private static async Task<BookGuest?> Read(HttpContext context, string ticket, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        return await grains.Desk(context) is { } scope && BookTicket.Read(ring, ticket, scope.Id, now) is { Slot: not null, Moves: null } read && await scope.Booking().Look() is { } view
            ? new BookGuest(context, scope, view, read, ring, now)
            : null;
    }
}

/// <summary>Somebody who is filling in the form, and what they are answered.</summary>
internal sealed record BookGuest(HttpContext Context, TenantScope Scope, BookingView View, BookTicket Ticket, KeyRing Ring, DateTimeOffset Now)
{
    public string Business => View.Profile.Settings.BusinessName;

    public Service? Service => View.Settings.IsOn && View.Service(Ticket.Slot!.Service) is { Active: true } service ? service : null;

    public Host? Host => View.Host(Ticket.Slot!.Host) is { Active: true } host ? host : null;

    public IResult Page(BookRoot root, BookTicket ticket, BookTyped typed, FormErrors errors, string? notice, int status = StatusCodes.Status200OK, ImmutableArray<Slot>? nearest = null) => Context.Page<BookDetails>(
        new { Root = root, View, Service, Host = View.Host(ticket.Slot!.Host), Ticket = ticket, Token = ticket.Sign(Ring, Now), Typed = typed, Errors = errors, Notice = notice, Nearest = nearest ?? [], IsGone = nearest is not null }, status);

    /// <summary>In a frame the page of the appointment is not shown, for it has buttons; there its mail leads to it.</summary>
    public IResult Booked(BookRoot root, Appointment appointment) =>
        !root.IsFrame ? new SeeOther($"{Link(appointment)}?said=booked")
        : HttpMethods.IsPost(Context.Request.Method) ? new SeeOther($"{root.Path}/{Ticket.Sign(Ring, Now)}")
        : Context.Page<BookDone>(new { Business, Appointment = appointment, Link = Link(appointment) });

    public IResult Different(BookRoot root, Appointment appointment) => Context.Page<DeskNotice>(
        new
        {
            Title = "You sent this form before, with other words", Says = $"The appointment booked then, {appointment.Reference}, stays as it was. What you typed now has not been booked.", Business, Href = root.IsFrame ? $"{root.Path}/{Ticket.Sign(Ring, Now)}" : Link(appointment), Label = "See the appointment",
        }, StatusCodes.Status409Conflict);

    public IResult NotOffered(BookRoot root) =>
        View.Settings.IsOn ? BookReply.Notice(Context, View, root, StatusCodes.Status410Gone, "This is not offered any more", "It has been taken off the list since you chose it. Nothing has been booked.") : BookReply.Off(Context, View);

    private string Link(Appointment appointment) => AppointmentLink.Path(Ring.Tokens, Scope.Id, appointment.Id, Now);
}
