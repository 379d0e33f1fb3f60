using System.Collections.Immutable;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>Hosts' calendars at Google: which are connected, what they are asked and told, and how that ends.</summary>
public static class CalendarsEndpoints
{
    public static void MapCalendars(this RouteGroupBuilder members)
    {
        members.MapGet("/bookings/calendars", List);
        var host = members.MapGroup("/bookings/calendars/{id:guid}");
        host.MapGet("", (HttpContext context, Member member, Guid id, string? said) => Show(context, member, id, said, null, FormErrors.None));
        host.MapPost("", Choose);
        host.MapPost("/write-again", WriteAgain);
        host.MapPost("/disconnect", Disconnect);
    }

    private static async Task<IResult> List(HttpContext context, Member member)
    {
        if (await member.Scope.Booking().Look() is not { } view)
            return Results.NotFound();
        var hosts = view.Hosts.OrderByDescending(host => host.Active).ThenBy(host => host.Name, StringComparer.OrdinalIgnoreCase).ToImmutableArray();
        var calendars = await Task.WhenAll(hosts.Select(host => member.Scope.Calendar(host.Id).Look()));
        return context.Page<Calendars>(new { Member = member, Entries = hosts.Zip(calendars, (host, calendar) => (host, calendar)).ToImmutableArray() });
    }

    private static async Task<IResult> Show(HttpContext context, Member member, Guid id, string? said, CalendarPicks? picked, FormErrors errors)
    {
        if (await HostsEndpoints.Find(member, id) is not { } host)
            return Results.NotFound();

        var calendar = member.Scope.Calendar(id);
        var view = await calendar.Look();
        var lets = view is { Email: not null, IsOffered: true } && view.Trouble != CalendarTrouble.Ended;
        var choices = lets ? await calendar.Calendars() : null;
        // What Google has just said may be that it does not let us in.
        if (lets && choices is null)
            view = await calendar.Look();
        return context.Page<CalendarPage>(
            new { Member = member, Host = host, View = view, Choices = choices, Picks = picked ?? CalendarPicks.Of(choices ?? []), Consent = await calendar.Consent(member.SessionKey), Said = said, Errors = errors }, errors);
    }

    private static async Task<IResult> Choose(HttpContext context, Member member, Guid id)
    {
        var (picked, errors) = (CalendarPicks.Of(await context.Request.ReadFormAsync()), new FormErrors());
        if (picked.Writes.Length == 0)
            errors.Add("writes", "Choose the calendar that appointments go into.");
        else if (await HostsEndpoints.Find(member, id) is not null && !await member.Scope.Calendar(id).Choose(picked.Reads, picked.Writes))
            errors.Add("writes", "It was not saved: Google did not answer, or nothing can be written to that calendar. Try again.");
        return errors.Any ? await Show(context, member, id, null, picked, errors) : new SeeOther($"/bookings/calendars/{id}?said=saved");
    }

    private static async Task<IResult> WriteAgain(Member member, Guid id)
    {
        if (await HostsEndpoints.Find(member, id) is null)
            return Results.NotFound();
        await member.Scope.Calendar(id).WriteAgain();
        return new SeeOther($"/bookings/calendars/{id}?said=again");
    }

    private static async Task<IResult> Disconnect(Member member, Guid id)
    {
        if (await HostsEndpoints.Find(member, id) is null)
            return Results.NotFound();
        var left = await member.Scope.Calendar(id).Disconnect();
        return new SeeOther($"/bookings/calendars/{id}?said={(left.RevokingUntil is null ? "disconnected" : "revoking")}");
    }
}

/// <summary>The calendars that are ticked on a form.</summary>
public sealed record CalendarPicks(ImmutableArray<string> Reads, string Writes)
{
    public static CalendarPicks Of(ImmutableArray<CalendarChoice> choices) =>
        new([.. choices.Where(choice => choice.IsRead).Select(choice => choice.Id)], choices.FirstOrDefault(choice => choice.IsWritten)?.Id ?? "");

    public static CalendarPicks Of(IFormCollection form) => new([.. form["reads"].OfType<string>().Where(id => id.Length > 0).Take(ICalendarGrain.MostRead)], form.Text("writes"));
}
