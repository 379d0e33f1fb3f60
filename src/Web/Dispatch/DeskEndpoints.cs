using System.Collections.Immutable;
using System.Diagnostics;
using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backsoon.Dispatch;

public static class DeskEndpoints
{
    /// <summary>Nobody reads, chooses and types in less; a program does.</summary>
    public static readonly TimeSpan FillTime = TimeSpan.FromSeconds(2);
    public const int MostFound = 8;

    // Whoever wants to know every subject of a business may not have them letter by letter.
    private const int FewestLetters = 2;

    public static void MapDesk(this RouteGroupBuilder desks)
    {
        // The one page that strangers ask for: nothing is looked up or bound for it that is the same for every request.
        var services = ((IEndpointRouteBuilder)desks).ServiceProvider;
        var (renderings, limits, keys, clock) = (services.GetRequiredService<DeskRenderings>(), services.GetRequiredService<Limits>(), services.GetRequiredService<Keys>(), services.GetRequiredService<TimeProvider>());
        desks.MapGet("/", context => Open(context, renderings, limits, keys, clock)).ShortCircuit();
        desks.MapGet("/subjects", Find);
        desks.MapPost("/", Submit);
    }

    /// <summary>The tenant whose desk this address is; null when there is none.</summary>
    public static async ValueTask<TenantScope?> Desk(this IGrainFactory grains, HttpContext context) =>
        Name(context) is { } slug && await grains.Slug(slug).Resolve() is { } tenant ? grains.For(tenant) : null;

    /// <summary>The name before the domain; null on hosts that have another use.</summary>
    public static Slug? Name(HttpContext context) => context.Items[typeof(Slug)] as Slug;

    private static async Task Open(HttpContext context, DeskRenderings renderings, Limits limits, Keys keys, TimeProvider clock)
    {
        if (Name(context) is not { } slug || await renderings.Of(slug) is not { } rendering)
        {
            await DeskReply.NoDesk(context).ExecuteAsync(context);
            return;
        }

        var ring = await keys.Current();
        var now = clock.GetUtcNow();
        if (rendering.After is not null)
            await rendering.Write(context, DeskTicket.New(rendering.Scope.Id, now).Sign(ring, now));
        else if (!context.Request.QueryString.HasValue || await FirstChoice(context.Request.Query, rendering.Scope) is not { } form)
            await rendering.Write(context, "");
        else if (await limits.Take(Limits.SearchPerIp, Visitors.LimitKey(context)) is { } wait)
            await ErrorPages.ShowWait(context, wait);
        else
            await DeskReply.Page(
                context, rendering, form with { Token = DeskTicket.New(rendering.Scope.Id, now).Sign(ring, now) }, await Found(rendering.Scope, rendering.View, form), FormErrors.None, null, StatusCodes.Status200OK).ExecuteAsync(context);
    }

    /// <summary>Subjects as they are typed for: links on the first page, cards inside the form.</summary>
    private static async Task<IResult> Find(HttpContext context, IGrainFactory grains, Limits limits, string? q, string? subject, bool? cards)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await grains.Desk(context) is not { } scope)
            return Results.NotFound();
        if (await limits.Take(Limits.SearchPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);

        var form = DeskForm.Empty with { Found = Query(q), Subject = subject ?? "" };
        return new RazorComponentResult<DeskSubjects>(new { Form = form, Subjects = await Found(scope, null, form), AsCards = cards ?? false });
    }

    private static async Task<IResult> Submit(HttpContext context, IGrainFactory grains, DeskRenderings renderings, RecentForms recent, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (Name(context) is not { } slug)
            return DeskReply.NoDesk(context);
        if (await SentForm.Read(context) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);

        var form = DeskForm.From(sent.Fields, sent.HasPhotos);
        IResult answer;
        try
        {
            answer = await grains.Slug(slug).Resolve() is { } tenant ? await Send(context, slug, grains.For(tenant), sent, form, renderings, recent, limits, keys, clock) : DeskReply.NoDesk(context);
        }
        catch (Exception away) when (away is OrleansException or TimeoutException)
        {
            answer = DeskReply.Unavailable(context, form, renderings.Last(slug));
        }

        await sent.Drain(context.RequestAborted);
        return answer;
    }

    private static async Task<IResult> Send(HttpContext context, Slug slug, TenantScope scope, SentForm sent, DeskForm form, DeskRenderings renderings, RecentForms recent, Limits limits, Keys keys, TimeProvider clock)
    {
        var ring = await keys.Current();
        var now = clock.GetUtcNow();
        var ticket = DeskTicket.Read(ring, form.Token, now) is var read && read.Tenant == scope.Id ? read : default;
        var reply = new DeskReply(context, slug, scope, renderings, form, ticket, ring, now);
        var visitor = Visitors.LimitKey(context);
        if (form.IsSearch)
            return await limits.Take(Limits.SearchPerIp, visitor) is { } pause ? await reply.TooMany(pause) : await reply.Searched();

        var errors = new FormErrors();
        if (form.Check(errors, ring.Bytes(Limits.DispatchPerIp.Name, visitor)) is not { } submission)
            return await reply.Wrong(errors);
        if (!ticket.IsValid)
            return await reply.Old();
        if (form.IsFilledByProgram)
            return await reply.Unsent();
        if (now - ticket.RenderedAt < FillTime)
            return await reply.TooQuick();
        var words = RecentForms.KeyOf(ring, scope.Id, visitor, submission);
        if (!form.IsSecond && recent.Find(words, ticket, now) is { } first)
            return await reply.Repeated(first);

        try
        {
            if ((await limits.Take(Limits.DispatchPerIp, visitor) ?? await limits.Take(Limits.DispatchPerTenant, scope.Id)) is { } wait)
                return await limits.Take(Limits.RepeatPerIp, visitor) is null && await reply.IsRepeated() ? reply.Sent() : await reply.TooMany(wait);

            var outcome = await scope.Dispatch(ticket.Dispatch).Submit(submission);
            if (outcome is SubmitOutcome.Accepted accepted)
                recent.Keep(words, new RecentForm(ticket, accepted.Reference, now));
            return outcome switch
            {
                SubmitOutcome.Accepted => sent.HasPhotos ? await Photos() : reply.Sent(),
                SubmitOutcome.Different different => reply.Different(different.Reference),
                SubmitOutcome.NotOffered => await reply.NotOffered(),
                SubmitOutcome.Closed => await reply.Closed(),
                SubmitOutcome.Gone => Results.StatusCode(StatusCodes.Status410Gone),
                SubmitOutcome.Unavailable => reply.Unavailable(),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception away) when (away is OrleansException or TimeoutException)
        {
            return reply.Unavailable();
        }

        // The request is in: what goes wrong from here on is said of the photos.
        async Task<IResult> Photos()
        {
            try
            {
                var photos = await sent.TakePhotos(context, scope, ticket.Dispatch, limits, clock);
                if (!photos.Kept.IsEmpty)
                    await scope.Dispatch(ticket.Dispatch).Attach(photos.Kept);
                return reply.Sent(photos.Query);
            }
            catch (Exception away) when (away is OrleansException or TimeoutException)
            {
                return reply.Sent($"?photos={SentPhotos.Words(PhotoOutcome.Busy)}");
            }
        }
    }

    // What a caller chose on the first page, where there are too many subjects to list.
    private static async Task<DeskForm?> FirstChoice(IQueryCollection query, TenantScope scope)
    {
        var form = DeskForm.Empty with { Query = Query(query["q"]), Found = Query(query["q"]), AsksSubject = true };
        if (query.ContainsKey("unlisted"))
            return form with { Subject = DeskForm.Unlisted };
        if (Guid.TryParse(query["subject"], out var chosen) && await scope.Directory().Subject(chosen) is { Active: true })
            return form with { Subject = chosen.ToString() };
        return form.Query.Length > 0 ? form : null;
    }

    /// <summary>The subjects to choose from: all when they are few, else what was searched for, and what is chosen in any case.</summary>
    public static async Task<ImmutableArray<Subject>> Found(TenantScope scope, DeskView? view, DeskForm form)
    {
        if (view is not null && view.SubjectCount <= view.Subjects.Length)
            return view.Subjects;

        var found = form.Found.Length >= FewestLetters ? await scope.Directory().FindSubjects(form.Found, MostFound) : [];
        return Guid.TryParse(form.Subject, out var chosen) && found.All(s => s.Id != chosen) && await scope.Directory().Subject(chosen) is { Active: true } kept ? found.Insert(0, kept) : found;
    }

    private static string Query(string? typed) => (typed ?? "").Trim() is var query && query.Length > DeskForm.MaxQuery ? query[..DeskForm.MaxQuery] : query;
}
