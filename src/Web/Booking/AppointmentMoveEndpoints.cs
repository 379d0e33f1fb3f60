using System.Collections.Immutable;
using System.Diagnostics;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>Another time for an appointment: chosen as the first was, then confirmed.</summary>
public static class AppointmentMoveEndpoints
{
    public static void MapAppointmentMove(this RouteGroupBuilder desks)
    {
        desks.MapGet("/a/{token}/move", Choose);
        desks.MapPost("/a/{token}/move", Hold);
        desks.MapGet("/a/{token}/move/{ticket}", Confirm);
        desks.MapPost("/a/{token}/move/{ticket}", Move);
    }

    private static async Task<IResult> Choose(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (await AppointmentEndpoints.Read(context, token, grains, keys, clock) is not { } guest)
            return await AppointmentEndpoints.Refuse(context, token, grains, keys, clock);
        if (guest.Standing != AppointmentStanding.Open)
            return new SeeOther($"/a/{token}");
        if (await Offer(guest) is not { } offer)
            return NoTimes(context, guest, token);
        if (await limits.Take(Limits.TimesPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        var (query, ticket) = (context.Request.Query, BookTicket.New(guest.Scope.Id, guest.Appointment.Id, guest.Now));
        var host = query["host"] == "any" ? null : offer.View.Hosts.FirstOrDefault(one => one.Active && offer.Service.Hosts.Contains(one.Id) && ($"{one.Id:n}" == query["host"] || !query.ContainsKey("host") && one.Id == guest.Appointment.Host));
        var zone = BookTimes.Zone(query["zone"] is [{ Length: > 0 } own] ? own : guest.Appointment.Guest.ZoneId, offer.View, offer.Service, host);
        var times = await BookTimes.Read(guest.Scope, offer.View, offer.Service, host, zone, query, ticket.Form, guest.Now);
        return BookReply.Returnable(context, context.Page<AppointmentTimes>(new { Times = times, guest.Appointment, Token = token, Form = ticket.Sign(guest.Ring, guest.Now), Part = query["part"].ToString() }));
    }

    private static async Task<IResult> Hold(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        if (await AppointmentEndpoints.Read(context, token, grains, keys, clock) is not { } guest)
            return await AppointmentEndpoints.Refuse(context, token, grains, keys, clock);
        var ticket = BookTicket.Read(guest.Ring, sent[PublicForm.Field], guest.Scope.Id, guest.Now);
        if (ticket is null || ticket.Moves != guest.Appointment.Id)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (guest.Standing != AppointmentStanding.Open)
            return new SeeOther($"/a/{token}");
        if (await Offer(guest) is not { } offer || KeptSlot.Chosen(sent.Line("slot"), offer.Service.Hosts) is not { } chosen || offer.View.Host(chosen.Host) is not { Active: true })
            return NoTimes(context, guest, token);
        if (await limits.Take(Limits.HoldPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        if (!ticket.IsValid)
            ticket = BookTicket.New(guest.Scope.Id, guest.Appointment.Id, guest.Now);
        var zone = BookTimes.Zone(sent.Line("zone"), offer.View, offer.Service, null);
        return await guest.Scope.Schedule(chosen.Host).Hold(ticket.Form, offer.Service.Id, chosen.Start) switch
        {
            HoldOutcome.Held held => new SeeOther($"/a/{token}/move/{(ticket with { Slot = new KeptSlot(offer.Service.Id, chosen.Host, chosen.Start, zone, held.Until) }).Sign(guest.Ring, guest.Now)}"),
            HoldOutcome.Taken taken => Taken(context, guest, offer, token, ticket, zone, taken.Why, taken.Nearest),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> Confirm(HttpContext context, string token, string ticket, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await AppointmentEndpoints.Read(context, token, grains, keys, clock) is not { } guest)
            return await AppointmentEndpoints.Refuse(context, token, grains, keys, clock);
        if (Kept(guest, ticket) is not { Slot: { } slot })
            return BookReply.Broken(context);
        return guest.Standing == AppointmentStanding.Open && await Offer(guest) is { } offer && offer.View.Host(slot.Host) is { } host
            ? context.Page<AppointmentMoveConfirm>(new { guest.Profile, guest.Appointment, offer.Service, Host = host, Slot = slot, Token = token, Ticket = ticket })
            : new SeeOther($"/a/{token}");
    }

    private static async Task<IResult> Move(HttpContext context, string token, string ticket, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await AppointmentEndpoints.Read(context, token, grains, keys, clock) is not { } guest)
            return await AppointmentEndpoints.Refuse(context, token, grains, keys, clock);
        if (Kept(guest, ticket) is not { Slot: { } slot } kept)
            return BookReply.Broken(context);
        if (await Offer(guest) is not { } offer || offer.View.Host(slot.Host) is null || !kept.IsValid)
            return NoTimes(context, guest, token);
        if (await limits.Take(Limits.ChangePerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        return await guest.Scope.Appointment(guest.Appointment.Id).MoveAsGuest(slot.Host, slot.Start, kept.Form) switch
        {
            MoveOutcome.Moved => new SeeOther($"/a/{token}?said=moved"),
            MoveOutcome.Taken taken => Taken(context, guest, offer, token, BookTicket.New(guest.Scope.Id, guest.Appointment.Id, guest.Now), slot.ZoneId, taken.Why, taken.Nearest),
            // Its page says why it cannot be moved any more.
            MoveOutcome.TooLate or MoveOutcome.Over => new SeeOther($"/a/{token}"),
            _ => throw new UnreachableException(),
        };
    }

    // Null where the service is not offered any more.
    private static async Task<(BookingView View, Service Service)?> Offer(AppointmentGuest guest) =>
        await guest.Scope.Booking().Look() is { Settings.IsOn: true } view && view.Service(guest.Appointment.Service) is { } service && view.IsOffered(service) ? (view, service) : null;

    private static BookTicket? Kept(AppointmentGuest guest, string ticket) =>
        BookTicket.Read(guest.Ring, ticket, guest.Scope.Id, guest.Now) is { Slot: not null } read && read.Moves == guest.Appointment.Id ? read : null;

    private static IResult NoTimes(HttpContext context, AppointmentGuest guest, string token) => context.Page<DeskNotice>(
        new { Title = "There is no other time to choose from", Says = $"{guest.Appointment.ServiceName} is not offered here at the moment, or not at that time. Your appointment stays as it is.", Business = guest.Profile.Settings.BusinessName, Href = $"/a/{token}", Label = "To your appointment" },
        StatusCodes.Status409Conflict);

    private static IResult Taken(HttpContext context, AppointmentGuest guest, (BookingView View, Service Service) offer, string token, BookTicket ticket, string zone, SlotReason why, ImmutableArray<Slot> nearest) => context.Page<BookTaken>(
        new
        {
            offer.View, offer.Service, Says = $"{GuestWords.Why(why, guest.Profile.Settings.BusinessName)} Your appointment stays as it is.", Nearest = nearest, ZoneId = zone, Action = $"/a/{token}/move", Token = ticket.Sign(guest.Ring, guest.Now),
            Back = $"/a/{token}/move",
        }, StatusCodes.Status409Conflict);
}
