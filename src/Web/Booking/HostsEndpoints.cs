using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

public static class HostsEndpoints
{
    public static void MapHosts(this RouteGroupBuilder members)
    {
        members.MapGet("/bookings/hosts", async (HttpContext context, Member member, string? said, Guid? id) => await member.Scope.Booking().Look() is { } view
            ? context.Page<Hosts>(new { Member = member, View = view, Said = said, Switched = id })
            : Results.NotFound());
        members.MapGet("/bookings/hosts/new", (HttpContext context, Member member, TimeProvider clock) =>
            context.Page<HostEdit>(new { Member = member, Typed = HostForm.New(member.Tenant.Settings, clock.GetUtcNow()), IsNew = true }));
        members.MapPost("/bookings/hosts/new", Add);

        var host = members.MapGroup("/bookings/hosts/{id:guid}");
        host.MapGet("", async (HttpContext context, Member member, Guid id, string? said, Keys keys, Site site, TimeProvider clock) => await Find(member, id) is { } saved
            ? context.Page<HostEdit>(new { Member = member, Typed = HostForm.Of(saved), saved.Name, Saved = saved, Said = said, Feed = HostFeed.Address(await keys.Current(), site, member.Tenant.Id, saved, clock.GetUtcNow()) })
            : Results.NotFound());
        host.MapPost("", Save);
        host.MapPost("/off", (Member member, Guid id) => Switch(member, id, active: false));
        host.MapPost("/on", (Member member, Guid id) => Switch(member, id, active: true));
    }

    public static async Task<Host?> Find(Member member, Guid id) => (await member.Scope.Booking().Look())?.Host(id);

    private static async Task<IResult> Add(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("id", out var id))
            return Results.BadRequest();

        var typed = HostForm.Of(form, id.Value, active: true);
        // The same form again is a double click; with another name it is somebody who went back to add another.
        var existing = await Find(member, id.Value);
        if (existing is not null && existing.Name != typed.Name)
            (typed, existing) = (typed with { Id = Guid.CreateVersion7(clock.GetUtcNow()) }, null);
        var errors = new FormErrors();
        if (typed.Read(errors, "name", existing) is { } host)
            await Put(member, existing is null ? host with { Hours = HostForm.FirstHours(member.Tenant.Settings) } : host, errors);
        return errors.Any ? context.Page<HostEdit>(new { Member = member, Typed = typed, Errors = errors, IsNew = true }, errors) : new SeeOther($"/bookings/hosts/{typed.Id}?said=added");
    }

    private static async Task<IResult> Save(HttpContext context, Member member, Guid id)
    {
        if (await Find(member, id) is not { } saved)
            return Results.NotFound();

        var typed = HostForm.Of(await context.Request.ReadFormAsync(), id, saved.Active);
        var errors = new FormErrors();
        if (typed.Read(errors, "name", saved) is { } host)
            await Put(member, host, errors);
        return errors.Any ? context.Page<HostEdit>(new { Member = member, Typed = typed, saved.Name, Saved = saved, Errors = errors }, errors) : new SeeOther($"/bookings/hosts/{id}?said=saved");
    }

    private static async Task<IResult> Switch(Member member, Guid id, bool active)
    {
        if (await Find(member, id) is not { } saved)
            return Results.NotFound();
        await member.Scope.Booking().PutHost(saved with { Active = active });
        var said = active ? "on" : (await member.Scope.Calendar(id).Look()).Email is null ? "off" : "off-connected";
        return new SeeOther($"/bookings/hosts?said={said}&id={id}");
    }

    private static async Task Put(Member member, Host host, FormErrors errors) => ServicesEndpoints.Explain(
        await member.Scope.Booking().PutHost(host), errors, "name", $"At most {BookingView.MaxHosts} hosts are kept. Change one who is no longer there.", "You have a host of this name already.");
}
