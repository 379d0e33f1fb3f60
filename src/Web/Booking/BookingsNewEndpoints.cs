using System.Diagnostics;
using Backsoon.Shared;

namespace Backsoon.Booking;

public static class BookingsNewEndpoints
{
    public static void MapBookingsNew(this RouteGroupBuilder members)
    {
        members.MapGet("/bookings/new", Show);
        members.MapPost("/bookings/new", Send);
    }

    private static async Task<IResult> Show(HttpContext context, Member member, TimeProvider clock, Guid? service, Guid? host, string? day, Guid? again)
    {
        if (await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        var before = again is { } id ? await member.Scope.Appointment(id).Look() : null;
        var typed = BookingsNewForm.New(clock.GetUtcNow(), before);
        return await Page(context, member, clock, view, service ?? before?.Service, host ?? before?.Host, day, "", "", typed, new FormErrors());
    }

    private static async Task<IResult> Send(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (await member.Scope.Booking().Look() is not { } view || !form.Id("id", out var id) || !form.Id("what", out var what) || !form.Id("with", out var with) || view.Service(what.Value) is not { } service || view.Host(with.Value) is not { } host)
            return Results.BadRequest();

        var asked = form.Id("service", out var wanted) && view.Service(wanted.Value) is { } found ? found : service;
        var by = form.Id("host", out var chosen) ? chosen.Value : host.Id;
        var (typed, errors) = (BookingsNewForm.Of(form, id.Value), new FormErrors());
        if (!BookingsTimes.IsLook(form))
        {
            if (asked.Id == service.Id && by == host.Id && !BookingsTimes.IsOfOtherDay(form))
                return await Book(context, member, clock, view, form, service, host, typed);
            errors.Add("start", BookingsTimes.Changed);
        }

        return await Page(context, member, clock, view, asked.Id, by, BookingsTimes.DayIn(form), form.Line("start"), form.Line("by-hand"), typed.For(service, asked), errors);
    }

    private static async Task<IResult> Book(HttpContext context, Member member, TimeProvider clock, BookingView view, IFormCollection form, Service service, Host host, BookingsNewForm typed)
    {
        var (errors, zone) = (new FormErrors(), member.Tenant.Settings.ZoneId);
        var (start, byHand) = (form.Line("start"), form.Line("by-hand"));
        var field = start == BookingsTimes.Hand || start.Length == 0 ? "by-hand" : "start";
        var chosen = new BookingsTimes(host.Id, default, [], [], true, start, byHand).Chosen(errors, zone);
        if (chosen + service.Length <= clock.GetUtcNow())
            errors.Add(field, "That time is over.");
        if (typed.Read(errors, service, chosen, zone) is { } booking)
        {
            switch (await member.Scope.Schedule(host.Id).BookByOwner(typed.Id, booking, member.Account))
            {
                case BookOutcome.Booked { Appointment.Id: var booked }:
                    return new SeeOther($"/bookings/{booked}?said=booked");
                case BookOutcome.AlreadyBooked { Appointment.Id: var booked }:
                    return new SeeOther($"/bookings/{booked}?said=booked");
                case BookOutcome.Different:
                    // Somebody went back to book another: that is a form of its own.
                    typed = typed with { Id = Guid.CreateVersion7(clock.GetUtcNow()) };
                    errors.Add("name", "This form was booked before with other words, and that appointment stays. Send it again to book this one, too.");
                    break;
                case BookOutcome.Taken taken:
                    errors.Add(field, BookingsTimes.Why(taken.Why));
                    break;
                case BookOutcome.Gone:
                    return Results.StatusCode(StatusCodes.Status410Gone);
                case BookOutcome.Unavailable:
                    return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
                default:
                    throw new UnreachableException();
            }
        }

        return await Page(context, member, clock, view, service.Id, host.Id, BookingsTimes.DayIn(form), start, byHand, typed, errors);
    }

    private static async Task<IResult> Page(
        HttpContext context, Member member, TimeProvider clock, BookingView view, Guid? service, Guid? host, string? day, string start, string byHand, BookingsNewForm typed, FormErrors errors)
    {
        var (offered, hosts) = (view.Services.Where(known => known.Active).ToArray(), view.Hosts.Where(known => known.Active).ToArray());
        if (offered.Length == 0 || hosts.Length == 0)
            return context.Page<BookingsNewEmpty>(new { Member = member, HasHosts = hosts.Length > 0 });
        var chosen = offered.FirstOrDefault(known => known.Id == service) ?? offered[0];
        var with = hosts.FirstOrDefault(known => known.Id == host) ?? hosts.FirstOrDefault(known => chosen.Hosts.Contains(known.Id)) ?? hosts[0];
        var zone = member.Tenant.Settings.ZoneId;
        if (day is not { Length: > 0 } || !AgendaForm.TryDay(day, out var on))
            on = LocalTime.Date(clock.GetUtcNow(), zone);
        var times = await BookingsTimes.Read(member.Scope, chosen.Id, with.Id, on, zone, start, byHand);
        return context.Page<BookingsNew>(new { Member = member, View = view, Service = chosen, Times = times, Typed = typed, Errors = errors }, errors);
    }
}
