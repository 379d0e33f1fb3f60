using System.Text;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>The guest's way to a time: what, with whom, when.</summary>
public static class BookEndpoints
{
    // Served under a name that stays the same, so it may not be kept for long.
    private static readonly byte[] s_embed = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wwwroot", "embed.js")));

    public static void MapBook(this RouteGroupBuilder desks)
    {
        foreach (var root in new[] { BookRoot.Desk, BookRoot.Frame })
        {
            desks.MapGet(root.Path, (HttpContext context, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock) => Choose(context, root, grains, limits, keys, clock));
            desks.MapPost(root.Path, (HttpContext context, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock) => Hold(context, root, grains, limits, keys, clock));
            desks.MapGet($"{root.Path}/zone", (HttpContext context, IGrainFactory grains) => ChooseZone(context, root, grains));
            desks.MapBookDetails(root);
        }

        desks.MapGet("/book.js", Embed);
    }

    private static async Task<IResult> Choose(HttpContext context, BookRoot root, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        root.Protect(context.Response);
        if (await grains.Desk(context) is not { } scope || await scope.Booking().Look() is not { } view)
            return DeskReply.NoDesk(context);
        if (!view.Settings.IsOn)
            return BookReply.Off(context, view);

        var query = context.Request.Query;
        var offered = view.Services.Where(view.IsOffered).ToArray();
        if (offered is [] || !query.ContainsKey("service") && offered.Length > 1)
            return context.Page<BookPage>(new { Root = root, View = view, Zone = query["zone"].ToString() });
        var service = query.ContainsKey("service") ? offered.FirstOrDefault(one => $"{one.Id:n}" == query["service"]) : offered[0];
        if (service is null)
            return BookReply.Notice(context, view, root, StatusCodes.Status404NotFound, "This is not offered any more", "The link may be old, or it has been taken off the list since.");
        Host? host = null;
        if (query["host"] is [{ Length: > 0 } asked] && !IsHost(view, service, asked, out host))
            return BookReply.Notice(context, view, root, StatusCodes.Status404NotFound, $"{service.Name} cannot be booked with them", "They do not do it any more, or take no appointments at present.", $"?service={service.Id:n}", "See who does it");
        if (await limits.Take(Limits.TimesPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        var ticket = BookTicket.New(scope.Id, null, now);
        var times = await BookTimes.Read(scope, view, service, host, BookTimes.Zone(query["zone"], view, service, host), query, ticket.Form, now);
        return BookReply.Returnable(context, context.Page<BookTimesPage>(new { Root = root, Times = times, Token = ticket.Sign(ring, now), IsOnly = offered.Length == 1, Part = query["part"].ToString() }));
    }

    private static async Task<IResult> ChooseZone(HttpContext context, BookRoot root, IGrainFactory grains)
    {
        root.Protect(context.Response);
        if (await grains.Desk(context) is not { } scope || await scope.Booking().Look() is not { } view)
            return DeskReply.NoDesk(context);
        if (!view.Settings.IsOn)
            return BookReply.Off(context, view);
        var query = context.Request.Query;
        return context.Page<BookZone>(new { Root = root, View = view, Query = query, Zone = BookTimes.Zone(query["zone"], view, null, null) });
    }

    private static async Task<IResult> Hold(HttpContext context, BookRoot root, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        root.Protect(context.Response);
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await grains.Desk(context) is not { } scope || await scope.Booking().Look() is not { } view)
            return DeskReply.NoDesk(context);
        if (!view.Settings.IsOn)
            return BookReply.Off(context, view);
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);

        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        var ticket = BookTicket.Read(ring, sent[PublicForm.Field], scope.Id, now);
        if (ticket is null || ticket.Moves is not null)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (view.Services.FirstOrDefault(one => $"{one.Id:n}" == sent.Line("service")) is not { } service || KeptSlot.Chosen(sent.Line("slot"), service.Hosts) is not { } chosen || !IsHost(view, service, $"{chosen.Host:n}", out _))
            return BookReply.Notice(context, view, root, StatusCodes.Status422UnprocessableEntity, "This time is not offered any more", "What was offered has changed since the page was opened.");
        if (await limits.Take(Limits.HoldPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        // A page that was open for a day is as good as a new one: nothing is typed into it yet. One that was gone back to after booking books another.
        if (!ticket.IsValid || await scope.Appointment(ticket.Form).Look() is not null)
            ticket = BookTicket.New(scope.Id, null, now);
        var zone = BookTimes.Zone(sent.Line("zone"), view, service, null);
        return await scope.Schedule(chosen.Host).Hold(ticket.Form, service.Id, chosen.Start) switch
        {
            HoldOutcome.Held held => new SeeOther($"{root.Path}/{(ticket with { RenderedAt = now, Slot = new KeptSlot(service.Id, chosen.Host, chosen.Start, zone, held.Until) }).Sign(ring, now)}"),
            HoldOutcome.Taken taken => context.Page<BookTaken>(
                new { View = view, Service = service, Says = GuestWords.Why(taken.Why, view.Profile.Settings.BusinessName), taken.Nearest, ZoneId = zone, Action = root.Path, Token = ticket.Sign(ring, now), Back = $"{root.Path}?service={service.Id:n}&zone={Uri.EscapeDataString(zone)}" },
                StatusCodes.Status409Conflict),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<IResult> Embed(HttpContext context, IGrainFactory grains)
    {
        if (await grains.Desk(context) is not { } scope || await scope.Booking().Look() is not { Settings.IsOn: true })
            return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=3600";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return Results.Bytes(s_embed, "text/javascript; charset=utf-8");
    }

    private static bool IsHost(BookingView view, Service service, string id, out Host? host) =>
        (host = view.Hosts.FirstOrDefault(one => one.Active && $"{one.Id:n}" == id && service.Hosts.Contains(one.Id))) is not null;
}
