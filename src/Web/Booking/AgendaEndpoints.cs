using System.Runtime.CompilerServices;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

public static class AgendaEndpoints
{
    public static void MapAgenda(this RouteGroupBuilder members)
    {
        members.MapGet("/bookings", Show);
        members.MapGet("/bookings/why", Why);
        members.MapGet("/bookings/export.csv", (Member member, TimeProvider clock) => new CsvDownload(ExportEndpoints.FileName(member, "appointments", clock), member.Scope.Id, Pieces(member.Scope.Bookings())));
    }

    private static async Task<IResult> Show(HttpContext context, Member member, TimeProvider clock, string? said)
    {
        if (await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        if (BookingsEndpoints.IsUntouched(view))
            return BookingsEndpoints.Start(context, member, clock);
        var zone = member.Tenant.Settings.ZoneId;
        if (AgendaForm.Read(context.Request.Query, LocalTime.Date(clock.GetUtcNow(), zone)) is not { } form)
            return Results.BadRequest();

        var bookings = member.Scope.Bookings();
        if (form.View == AgendaView.List)
            return context.Page<AgendaPage>(new { Member = member, View = view, Form = form, Page = await bookings.List(form.Query), Said = said });
        var until = LocalTime.StartOf(form.First.AddDays(form.Days), zone);
        var agenda = await bookings.Agenda(LocalTime.StartOf(form.First, zone), until, form.Host);
        var isOver = form.ShowsToday && !agenda.IsCut && agenda.Appointments.All(appointment => appointment.Start <= clock.GetUtcNow());
        var next = isOver ? (await bookings.List(form.Following(until))).Items.FirstOrDefault() : null;
        return context.Page<AgendaPage>(new { Member = member, View = view, Form = form, Agenda = agenda, Next = next, Said = said });
    }

    private static async Task<IResult> Why(HttpContext context, Member member, string? service, string? with, string? at)
    {
        if (await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        var errors = new FormErrors();
        if (!Guid.TryParse(service, out var serviceId) || view.Service(serviceId) is not { } asked)
        {
            errors.Add("service", "Choose a service from the list.");
            asked = null;
        }

        if (!Guid.TryParse(with, out var hostId) || view.Host(hostId) is not { } host)
        {
            errors.Add("with", "Choose a host from the list.");
            host = null;
        }

        var zone = member.Tenant.Settings.ZoneId;
        var start = TypedInstant.Read(errors, "at", at ?? "", zone);
        var answer = asked is not null && host is not null && start is { } instant
            ? $"{LocalTime.Of(instant, zone)} ({BookingWords.Offset(instant, zone)}): {BookingWords.Why(await member.Scope.Schedule(host.Id).Why(asked.Id, instant, null), asked, host.Name)}"
            : null;
        return context.Page<BookingsWhy>(new { Member = member, View = view, Service = service, Host = with, At = at, Answer = answer, Errors = errors }, errors);
    }

    private static async IAsyncEnumerable<byte[]> Pieces(IBookingsGrain bookings, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        AppointmentCursor? after = null;
        do
        {
            var piece = await bookings.Export(after);
            cancellation.ThrowIfCancellationRequested();
            yield return piece.Text;
            after = piece.Next;
        }
        while (after is not null);
    }
}
