using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>What callers, guests and vendors ask about their own data: by a link that was mailed to their address, or, where they gave none, by that of their request.</summary>
/// <remarks>There also once the business has left: as long as it keeps anything, it is asked.</remarks>
public static class YourDataEndpoints
{
    private static readonly TimeSpan s_formLife = TimeSpan.FromHours(12);

    public static void MapYourData(this RouteGroupBuilder desks)
    {
        desks.MapGet("/your-data", Start);
        desks.MapPost("/your-data", Mail).FromOwnPage();
        foreach (var path in new[] { "/your-data/{token}", "/s/{token}/your-data" })
        {
            desks.MapGet(path, Look);
            desks.MapGet($"{path}/remove", Confirm);
            desks.MapPost($"{path}/copy", (HttpContext context, string token, IGrainFactory grains, Keys keys, Limits limits, TimeProvider clock) => Ask(context, token, DataWish.Everything, grains, keys, limits, clock)).FromOwnPage();
            desks.MapPost($"{path}/remove", (HttpContext context, string token, IGrainFactory grains, Keys keys, Limits limits, TimeProvider clock) => Ask(context, token, DataWish.Removal, grains, keys, limits, clock)).FromOwnPage();
            desks.MapPost($"{path}/withdraw", Withdraw).FromOwnPage();
        }

        desks.MapGet("/your-copy/{token}", Fetch);
    }

    private static async Task<IResult> Start(HttpContext context, string? said, IGrainFactory grains, Keys keys, TimeProvider clock) =>
        await Desk(context, grains) is { } desk ? await ShowStart(context, desk, keys, clock, "", FormErrors.None, said) : DeskReply.NoDesk(context);

    // Nothing is looked up: who is known here and who is not get the same answer, the same mail, and wait as long for it.
    private static async Task<IResult> Mail(HttpContext context, IGrainFactory grains, Keys keys, Limits limits, TimeProvider clock)
    {
        if (await Desk(context, grains) is not { } desk)
            return DeskReply.NoDesk(context);
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var form = (await keys.Current()).Tokens.Read(TokenPurpose.YourDataForm, sent[PublicForm.Field], clock.GetUtcNow());
        if (form.Parts is not [var whose] || whose != desk.Scope.Id.Value)
            return Results.StatusCode(StatusCodes.Status403Forbidden);

        var typed = sent.Line("email");
        if (!EmailAddress.TryParse(typed, out var address) || !form.IsValid)
        {
            var errors = new FormErrors();
            errors.Add("email", typed.Length == 0 ? "Type the address that you gave, or at which you are asked." : address is null ? "This is not an email address. It looks like name@example.com." : FormReading.StaleMessage);
            return await ShowStart(context, desk, keys, clock, typed, errors, null);
        }

        if (await limits.Take(Limits.DataLinkPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        // Whoever uses it up for somebody has sent them links that work.
        if (await limits.Take(Limits.DataLinkPerAddress, $"{desk.Scope.Id}/{address.Canonical}") is null)
            await desk.Scope.DataRequests().Link(address);
        return new SeeOther("/your-data?said=mailed");
    }

    private static async Task<IResult> Look(HttpContext context, string token, string? said, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        var (asker, refusal) = await Read(context, token, grains, keys, clock);
        if (asker is null || await asker.Desk.Scope.DataRequests().Look(asker.Subject) is not { } view)
            return refusal ?? DeskReply.NoDesk(context);
        // A request that has an address is whose address it is, not whose link.
        if (asker.Subject.Dispatch is not null && view is { Kept.IsEmpty: true, Asked.IsEmpty: true })
            return new SeeOther("/your-data");
        var (tokens, tenant) = ((await keys.Current()).Tokens, asker.Desk.Scope.Id.Value);
        string? Copy(DataRequest request) => request is { Outcome: DataOutcome.Sent, SentUntil: { } until } && clock.GetUtcNow() < until
            ? $"/your-copy/{tokens.Sign(TokenPurpose.YourCopy, until, tenant, $"{request.Id:n}")}" : null;
        return context.Page<YourData>(new { asker.Desk.Profile, View = view, asker.Path, Address = asker.Subject.Email, Copies = view.Asked.ToDictionary(request => request.Id, Copy), Said = said });
    }

    private static async Task<IResult> Confirm(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        var (asker, refusal) = await Read(context, token, grains, keys, clock);
        if (asker is null || await asker.Desk.Scope.DataRequests().Look(asker.Subject) is not { } view)
            return refusal ?? DeskReply.NoDesk(context);
        return view.Kept.IsEmpty ? new SeeOther(asker.Path) : context.Page<YourDataRemove>(new { asker.Desk.Profile, View = view, asker.Path });
    }

    private static async Task<IResult> Ask(HttpContext context, string token, DataWish wish, IGrainFactory grains, Keys keys, Limits limits, TimeProvider clock)
    {
        var (asker, refusal) = await Read(context, token, grains, keys, clock);
        if (asker is null)
            return refusal!;
        if (await limits.Take(Limits.DataAskPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        return new SeeOther(await asker.Desk.Scope.DataRequests().Ask(asker.Subject, wish) ? $"{asker.Path}?said=asked" : asker.Path);
    }

    private static async Task<IResult> Withdraw(HttpContext context, string token, IGrainFactory grains, Keys keys, Limits limits, TimeProvider clock)
    {
        var (asker, refusal) = await Read(context, token, grains, keys, clock);
        if (asker is null)
            return refusal!;
        if (await SentFields.Read(context.Request) is not { } sent || !Guid.TryParse(sent["id"], out var id))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        if (await limits.Take(Limits.DataAskPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        return new SeeOther(await asker.Desk.Scope.DataRequests().Withdraw(asker.Subject, id) ? $"{asker.Path}?said=withdrawn" : asker.Path);
    }

    private static async Task<IResult> Fetch(HttpContext context, string token, IGrainFactory grains, Keys keys, Limits limits, TimeProvider clock)
    {
        if (await limits.Take(Limits.TakeoutPerIp, Visitors.LimitKey(context)) is { } wait)
            return ErrorPages.Wait(context, wait);
        if (await Desk(context, grains) is not { } desk)
            return DeskReply.NoDesk(context);
        return (await keys.Current()).Tokens.Read(TokenPurpose.YourCopy, token, clock.GetUtcNow()) is { IsValid: true, Parts: [var whose, var text] } && whose == desk.Scope.Id.Value && Guid.TryParseExact(text, "n", out var id)
            && await desk.Scope.DataRequests().Copy(id) is { } copy
            ? new YourCopy(desk.Scope.Photos(), copy)
            : context.Page<DeskNotice>(new { Title = "This copy is not here any more", Says = "Its link works for some days. Ask for a new copy, and it is sent to you again.", Href = "/your-data", Label = "Your data" }, StatusCodes.Status410Gone);
    }

    private static async Task<OpenDesk?> Desk(HttpContext context, IGrainFactory grains) =>
        await grains.Desk(context) is { } scope && await scope.Tenant().Profile() is { } profile ? new OpenDesk(scope, profile) : null;

    private static async Task<IResult> ShowStart(HttpContext context, OpenDesk desk, Keys keys, TimeProvider clock, string typed, FormErrors errors, string? said) => context.Page<YourDataStart>(
        new { desk.Profile, Token = (await keys.Current()).Tokens.Sign(TokenPurpose.YourDataForm, clock.GetUtcNow() + s_formLife, desk.Scope.Id.Value), Typed = typed, Errors = errors, IsMailed = said == "mailed" }, errors);

    private static async Task<(Asker? Asker, IResult? Refusal)> Read(HttpContext context, string token, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await Desk(context, grains) is not { } desk)
            return (null, DeskReply.NoDesk(context));
        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        if (context.Request.Path.StartsWithSegments("/s"))
        {
            var link = StatusLink.Read(ring, desk.Scope.Id, token, now);
            return StatusEndpoints.Refused(context, link) is { } refused ? (null, refused) : (new Asker(desk, DataSubject.OfRequest(link!.Value.Dispatch), $"/s/{token}/your-data"), null);
        }

        var reading = ring.Tokens.Read(TokenPurpose.YourData, token, now);
        if (reading.Parts is not [var whose, var typed] || whose != desk.Scope.Id.Value || !EmailAddress.TryParse(typed, out var address))
            return (null, Over(context, StatusCodes.Status404NotFound, "This link is not complete", "A character may be missing or changed. Open it again from your mail, or have a new one mailed."));
        return reading.IsValid
            ? (new Asker(desk, DataSubject.Of(address), $"/your-data/{token}"), null)
            : (null, Over(context, StatusCodes.Status410Gone, "This link is over", $"It works for {Period.Say(IDataRequestsGrain.LinkLife)}. What you asked by it stays asked."));
    }

    private static IResult Over(HttpContext context, int status, string title, string says) => context.Page<DeskNotice>(new { Title = title, Says = says, Href = "/your-data", Label = "Have a new link mailed" }, status);

    private sealed record OpenDesk(TenantScope Scope, TenantProfile Profile);

    private sealed record Asker(OpenDesk Desk, DataSubject Subject, string Path);
}
