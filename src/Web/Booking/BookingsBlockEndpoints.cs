using Backsoon.Shared;

namespace Backsoon.Booking;

public static class BookingsBlockEndpoints
{
    public static void MapBookingsBlock(this RouteGroupBuilder members)
    {
        members.MapGet("/bookings/block", async (HttpContext context, Member member, TimeProvider clock, string? day) => await member.Scope.Booking().Look() is { } view
            ? context.Page<BookingsBlock>(new { Member = member, Hosts = view.Hosts.ToArray(), Typed = BlockForm.New(clock.GetUtcNow(), day, member.Tenant.Settings.ZoneId) })
            : Results.NotFound());
        members.MapPost("/bookings/block", Block);
        members.MapPost("/bookings/hosts/{host:guid}/blocks/{id:guid}/remove", async (HttpContext context, Member member, Guid host, Guid id) =>
        {
            if (await HostsEndpoints.Find(member, host) is null)
                return Results.NotFound();
            // The second click of a double click finds nothing to remove, and says the same.
            await member.Scope.Schedule(host).Unblock(id);
            var back = (await context.Request.ReadFormAsync()).Line("back");
            return new SeeOther(AgendaForm.TryDay(back, out var day) ? $"/bookings?view=day&day={AgendaForm.Write(day)}&said=unblocked" : "/bookings?said=unblocked");
        });
    }

    private static async Task<IResult> Block(HttpContext context, Member member)
    {
        var form = await context.Request.ReadFormAsync();
        if (await member.Scope.Booking().Look() is not { } view || !form.Id("id", out var id))
            return Results.BadRequest();

        var (typed, errors, zone) = (BlockForm.Of(form, id.Value), new FormErrors(), member.Tenant.Settings.ZoneId);
        if (typed.Read(errors, view, zone) is { } block)
        {
            if (await member.Scope.Schedule(block.Host).Block(block))
                return new SeeOther($"/bookings?view=day&day={AgendaForm.Write(LocalTime.Date(block.Start, zone))}&said=blocked");
            errors.Add("from", "This form was sent before for somebody else. Open it anew.");
        }

        return context.Page<BookingsBlock>(new { Member = member, Hosts = view.Hosts.ToArray(), Typed = typed, Errors = errors }, errors);
    }
}
