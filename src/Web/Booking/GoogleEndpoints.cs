using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>Where Google sends a host back to. It shows a button, because opening an address must not connect anything; the button does.</summary>
public static class GoogleEndpoints
{
    private const string Path = "/bookings/calendars/google";

    public static void MapGoogle(this RouteGroupBuilder members)
    {
        members.MapGet(Path, async (HttpContext context, Member member, string? state, string? code, string? error) => await HostOf(member, state) is { } host
            ? context.Page<GoogleReturn>(new { Member = member, Host = host, State = state, Code = string.IsNullOrEmpty(error) ? code : null })
            : Results.Redirect("/bookings/calendars"));
        members.MapPost(Path, Connect);
    }

    private static async Task<IResult> Connect(HttpContext context, Member member)
    {
        var form = await context.Request.ReadFormAsync();
        var (state, code) = (form.Text("state"), form.Text("code"));
        if (await HostOf(member, state) is not { } host)
            return Results.BadRequest();

        var calendar = member.Scope.Calendar(host.Id);
        var outcome = await calendar.Connect(member.SessionKey, state, code);
        if (outcome is ConnectOutcome.Connected)
            return new SeeOther($"/bookings/calendars/{host.Id}?said=connected");
        return context.Page<GoogleReturn>(new { Member = member, Host = host, Outcome = outcome, Consent = await calendar.Consent(member.SessionKey) }, StatusCodes.Status422UnprocessableEntity);
    }

    // What goes to Google and comes back begins with the host it is about; the rest is for the calendar to open.
    private static async Task<Host?> HostOf(Member member, string? state) =>
        state is not null && state.IndexOf('.', StringComparison.Ordinal) is var dot && dot > 0 && Guid.TryParseExact(state[..dot], "n", out var id) ? await HostsEndpoints.Find(member, id) : null;
}
