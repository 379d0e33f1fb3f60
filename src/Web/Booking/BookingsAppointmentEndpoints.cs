using System.Diagnostics;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

public static class BookingsAppointmentEndpoints
{
    public const int LongestNote = 2000;

    public static void MapBookingsAppointment(this RouteGroupBuilder members)
    {
        var appointment = members.MapGroup("/bookings/{id:guid}");
        appointment.MapGet("", async (HttpContext context, Member member, Guid id, string? said) => await member.Scope.Appointment(id).Look() is { } found
            ? context.Page<BookingsAppointment>(new { Member = member, Appointment = found, History = await member.Scope.Appointment(id).History(), Note = found.OwnerNote ?? "", Said = said })
            : Results.NotFound());
        appointment.MapPost("/note", Note);
        appointment.MapPost("/no-show", (Member member, Guid id) => Mark(member, id, isNoShow: true));
        appointment.MapPost("/came", (Member member, Guid id) => Mark(member, id, isNoShow: false));
        appointment.MapGet("/cancel", async (HttpContext context, Member member, Guid id) => await member.Scope.Appointment(id).Look() is { } found
            ? context.Page<BookingsCancel>(new { Member = member, Appointment = found })
            : Results.NotFound());
        appointment.MapPost("/cancel", Cancel);
        appointment.MapGet("/move", async (HttpContext context, Member member, TimeProvider clock, Guid id, Guid? host, string? day) => await member.Scope.Appointment(id).Look() is { } found
            ? await ShowMove(context, member, clock, found, host, day, "", "", new FormErrors())
            : Results.NotFound());
        appointment.MapPost("/move", Move);
    }

    private static async Task<IResult> Note(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Appointment(id).Look() is not { } found)
            return Results.NotFound();
        var (note, errors) = (Lines(await context.Request.ReadFormAsync()), new FormErrors());
        errors.Fit("note", note, LongestNote);
        if (errors.Any)
            return context.Page<BookingsAppointment>(new { Member = member, Appointment = found, History = await member.Scope.Appointment(id).History(), Note = note, Errors = errors }, errors);
        return new SeeOther($"/bookings/{id}?said={(await member.Scope.Appointment(id).Note(note, member.Account) ? "noted" : "over")}");
    }

    private static async Task<IResult> Mark(Member member, Guid id, bool isNoShow)
    {
        if (await member.Scope.Appointment(id).Look() is null)
            return Results.NotFound();
        var said = !await member.Scope.Appointment(id).MarkNoShow(isNoShow, member.Account) ? "over" : isNoShow ? "no-show" : "came";
        return new SeeOther($"/bookings/{id}?said={said}");
    }

    private static async Task<IResult> Cancel(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Appointment(id).Look() is not { } found)
            return Results.NotFound();
        var (note, errors) = (Lines(await context.Request.ReadFormAsync()), new FormErrors());
        errors.Fit("note", note, LongestNote);
        if (errors.Any)
            return context.Page<BookingsCancel>(new { Member = member, Appointment = found, Note = note, Errors = errors }, errors);
        return await member.Scope.Appointment(id).Cancel(note, member.Account) switch
        {
            CancelOutcome.Cancelled or CancelOutcome.Already => new SeeOther($"/bookings/{id}?said=cancelled"),
            CancelOutcome.Over or CancelOutcome.TooLate => new SeeOther($"/bookings/{id}?said=over"),
            CancelOutcome.Unknown => Results.NotFound(),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> Move(HttpContext context, Member member, TimeProvider clock, Guid id)
    {
        if (await member.Scope.Appointment(id).Look() is not { } found || await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        var form = await context.Request.ReadFormAsync();
        var (host, start, byHand, errors) = (form.Id("with", out var sent) ? sent.Value : found.Host, form.Line("start"), form.Line("by-hand"), new FormErrors());
        if (view.Host(host) is null)
            return Results.BadRequest();

        var (zone, shown) = (member.Tenant.Settings.ZoneId, form.Id("host", out var wanted) ? wanted.Value : host);
        if (BookingsTimes.IsLook(form))
            return await ShowMove(context, member, clock, found, shown, BookingsTimes.DayIn(form), start, byHand, errors);
        if (shown != host || BookingsTimes.IsOfOtherDay(form))
        {
            errors.Add("start", BookingsTimes.Changed);
        }
        else if (new BookingsTimes(host, default, [], [], true, start, byHand).Chosen(errors, zone) is { } chosen)
        {
            if (chosen + (found.End - found.Start) <= clock.GetUtcNow())
            {
                errors.Add(start == BookingsTimes.Hand || start.Length == 0 ? "by-hand" : "start", "That time is over.");
            }
            else
            {
                switch (await member.Scope.Appointment(id).Move(host, chosen, member.Account))
                {
                    case MoveOutcome.Moved:
                        return new SeeOther($"/bookings/{id}?said=moved");
                    case MoveOutcome.Over or MoveOutcome.TooLate:
                        return new SeeOther($"/bookings/{id}?said=over");
                    case MoveOutcome.Taken taken:
                        errors.Add(start == BookingsTimes.Hand || start.Length == 0 ? "by-hand" : "start", BookingsTimes.Why(taken.Why));
                        break;
                    default:
                        throw new UnreachableException();
                }
            }
        }

        return await ShowMove(context, member, clock, found, shown, BookingsTimes.DayIn(form), start, byHand, errors);
    }

    private static async Task<IResult> ShowMove(HttpContext context, Member member, TimeProvider clock, Appointment found, Guid? host, string? day, string start, string byHand, FormErrors errors)
    {
        if (await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        // Who does the service, and who has the appointment.
        var hosts = view.Hosts.Where(known => known.Id == found.Host || known.Active && view.Service(found.Service)?.Hosts.Contains(known.Id) == true).ToArray();
        var chosen = hosts.Any(known => known.Id == host) ? host!.Value : found.Host;
        var zone = member.Tenant.Settings.ZoneId;
        var today = LocalTime.Date(clock.GetUtcNow(), zone);
        if (day is not { Length: > 0 } || !AgendaForm.TryDay(day, out var on))
            on = LocalTime.Date(found.Start, zone) is var old && old > today ? old : today;
        var times = await BookingsTimes.Read(member.Scope, found.Service, chosen, on, zone, start, byHand);
        return context.Page<BookingsMove>(new { Member = member, Appointment = found, Hosts = hosts, Times = times, Errors = errors }, errors);
    }

    private static string Lines(IFormCollection form) => form.Text("note").ReplaceLineEndings("\n");
}
