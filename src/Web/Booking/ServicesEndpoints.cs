using System.Diagnostics;
using Backsoon.Shared;

namespace Backsoon.Booking;

public static class ServicesEndpoints
{
    public static void MapServices(this RouteGroupBuilder members)
    {
        members.MapGet("/bookings/services", async (HttpContext context, Member member, string? said, Guid? id) => await member.Scope.Booking().Look() is { } view
            ? context.Page<Services>(new { Member = member, View = view, Said = said, Switched = id })
            : Results.NotFound());
        members.MapGet("/bookings/services/new", async (HttpContext context, Member member, TimeProvider clock) => await member.Scope.Booking().Look() is { } view
            ? context.Page<ServiceEdit>(new { Member = member, View = view, Typed = ServiceForm.New(Guid.CreateVersion7(clock.GetUtcNow()), [.. view.Hosts.Where(host => host.Active).Select(host => host.Id)]), IsNew = true })
            : Results.NotFound());
        members.MapPost("/bookings/services/new", Add);

        var service = members.MapGroup("/bookings/services/{id:guid}");
        service.MapGet("", async (HttpContext context, Member member, Guid id, string? said) => await member.Scope.Booking().Look() is { } view && view.Service(id) is { } saved
            ? context.Page<ServiceEdit>(new { Member = member, View = view, Typed = ServiceForm.Of(saved), saved.Name, Said = said })
            : Results.NotFound());
        service.MapPost("", Save);
        service.MapPost("/off", (Member member, Guid id) => Switch(member, id, active: false));
        service.MapPost("/on", (Member member, Guid id) => Switch(member, id, active: true));
    }

    private static async Task<IResult> Add(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("id", out var id) || await member.Scope.Booking().Look() is not { } view)
            return Results.BadRequest();

        var typed = ServiceForm.Of(form, id.Value, view, active: true);
        // The same form again is a double click; with another name it is somebody who went back to add another.
        if (view.Service(id.Value) is { } existing && existing.Name != typed.Name)
            typed = typed with { Id = Guid.CreateVersion7(clock.GetUtcNow()) };
        var errors = new FormErrors();
        return await Put(member, view, typed, errors) ? new SeeOther("/bookings/services?said=added") : context.Page<ServiceEdit>(new { Member = member, View = view, Typed = typed, Errors = errors, IsNew = true }, errors);
    }

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        if (await member.Scope.Booking().Look() is not { } view || view.Service(id) is not { } saved)
            return Results.NotFound();

        var typed = ServiceForm.Of(await context.Request.ReadFormAsync(), id, view, saved.Active);
        var errors = new FormErrors();
        return await Put(member, view, typed, errors)
            ? new SeeOther($"/bookings/services/{id}?said=saved")
            : context.Page<ServiceEdit>(new { Member = member, View = view, Typed = typed, saved.Name, Errors = errors }, errors);
    }

    private static async Task<IResult> Switch(Member member, Guid id, bool active)
    {
        if (await member.Scope.Booking().Look() is not { } view || view.Service(id) is not { } saved)
            return Results.NotFound();
        await member.Scope.Booking().PutService(saved with { Active = active });
        return new SeeOther($"/bookings/services?said={(active ? "on" : "off")}&id={id}");
    }

    private static async Task<bool> Put(Member member, BookingView view, ServiceForm typed, FormErrors errors)
    {
        if (typed.Read(errors, view.Hosts) is { } service)
            Explain(await member.Scope.Booking().PutService(service), errors, "name", $"At most {BookingView.MaxServices} services are kept. Change one that you no longer offer.", "You have a service of this name already.");
        return !errors.Any;
    }

    public static void Explain(BookingChange change, FormErrors errors, string field, string tooMany, string duplicate)
    {
        switch (change)
        {
            case BookingChange.Saved:
                break;
            case BookingChange.Duplicate:
                errors.Add(field, duplicate);
                break;
            case BookingChange.TooMany:
                errors.Add(field, tooMany);
                break;
            case BookingChange.Missing:
                errors.Add("hosts", "One of the hosts is no longer there. Look at the list again.");
                break;
            case BookingChange.Gone:
                errors.Add(field, "Your business is no longer here, so nothing was saved.");
                break;
            default:
                throw new UnreachableException();
        }
    }
}
