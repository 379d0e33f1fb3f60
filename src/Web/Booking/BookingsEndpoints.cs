using Backsoon.Shared;

namespace Backsoon.Booking;

public static class BookingsEndpoints
{
    public static void MapBookings(this RouteGroupBuilder members)
    {
        members.MapPost("/bookings/start", Begin);
        members.MapGet("/bookings/settings", async (HttpContext context, Member member, string? said) => await member.Scope.Booking().Look() is not { } view ? Results.NotFound()
            : IsUntouched(view) ? Results.Redirect("/bookings")
            : context.Page<BookingsSettings>(new { Member = member, View = view, Typed = BookingsForm.Of(view.Settings), Said = said }));
        members.MapPost("/bookings/settings", Save);
        members.MapPost("/bookings/on", (Member member) => Switch(member, isOn: true));
        members.MapPost("/bookings/off", (Member member) => Switch(member, isOn: false));
    }

    /// <summary>Whether nothing was set up yet.</summary>
    public static bool IsUntouched(BookingView view) => !view.Settings.IsOn && view.Services.IsEmpty && view.Hosts.IsEmpty;

    public static IResult Start(HttpContext context, Member member, TimeProvider clock) => context.Page<BookingStart>(new { Member = member, Typed = BookingStartForm.New(member.Tenant.Settings, clock.GetUtcNow()) });

    // Each step is the same when it is done again, so a form that was cut off in the middle is sent once more.
    private static async Task<IResult> Begin(HttpContext context, Member member)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("service-id", out var service) || !form.Id("host-id", out var host) || service == host)
            return Results.BadRequest();

        var (typed, errors, booking) = (BookingStartForm.Of(form, service.Value, host.Value), new FormErrors(), member.Scope.Booking());
        if (typed.Read(errors) is { } first)
            ServicesEndpoints.Explain(await booking.PutHost(first.Host), errors, "host", $"At most {BookingView.MaxHosts} hosts are kept.", "You have a host of this name already.");
        if (!errors.Any && typed.Read(errors) is { } then)
            ServicesEndpoints.Explain(await booking.PutService(then.Service), errors, "service", $"At most {BookingView.MaxServices} services are kept.", "You have a service of this name already.");
        if (errors.Any)
            return context.Page<BookingStart>(new { Member = member, Typed = typed, Errors = errors }, errors);
        return await Switch(member, isOn: true, "started");
    }

    private static async Task<IResult> Save(HttpContext context, Member member)
    {
        if (await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        var (typed, errors) = (BookingsForm.Of(await context.Request.ReadFormAsync()), new FormErrors());
        if (typed.Read(errors, view.Settings) is not { } settings)
            return context.Page<BookingsSettings>(new { Member = member, View = view, Typed = typed, Errors = errors }, errors);
        return await member.Scope.Booking().Change(settings) == BookingChange.Saved ? new SeeOther("/bookings/settings?said=saved") : Results.StatusCode(StatusCodes.Status410Gone);
    }

    private static async Task<IResult> Switch(Member member, bool isOn, string? said = null)
    {
        if (await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        var saved = await member.Scope.Booking().Change(view.Settings with { IsOn = isOn }) == BookingChange.Saved;
        return saved ? new SeeOther($"/bookings/settings?said={said ?? (isOn ? "on" : "off")}") : Results.StatusCode(StatusCodes.Status410Gone);
    }
}
