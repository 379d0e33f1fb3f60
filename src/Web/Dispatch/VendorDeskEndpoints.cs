using System.Globalization;
using Backsoon.Accounts;
using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

public static class VendorDeskEndpoints
{
    private const int MostDaysAway = 366;

    public static void MapVendorDesk(this RouteGroupBuilder desks)
    {
        desks.MapGet("/vendor/{token}", Open);
        desks.MapPost("/vendor/{token}/away", StayAway);
    }

    private static async Task<IResult> Open(HttpContext context, string token, string? said, IGrainFactory grains, Keys keys, TimeProvider clock)
    {
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);
        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        return VendorDeskLink.Read(ring, TokenPurpose.VendorDesk, scope.Id, token, now) is not { } link ? VendorEndpoints.Forged(context)
            : link.IsOver ? Over(context)
            : await Show(context, scope, ring, link, token, now, said, null);
    }

    private static async Task<IResult> StayAway(HttpContext context, string token, IGrainFactory grains, Limits limits, Keys keys, TimeProvider clock)
    {
        if (!Origins.IsOwn(context.Request))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await grains.Desk(context) is not { } scope)
            return DeskReply.NoDesk(context);
        if (await SentFields.Read(context.Request) is not { } sent)
            return Results.StatusCode(StatusCodes.Status400BadRequest);

        var (ring, now) = (await keys.Current(), clock.GetUtcNow());
        if (VendorDeskLink.Read(ring, TokenPurpose.VendorDesk, scope.Id, token, now) is not { } link
            || VendorDeskLink.Read(ring, TokenPurpose.VendorAway, scope.Id, sent[PublicForm.Field], now) is not { } form || (form.Vendor, form.Version) != (link.Vendor, link.Version))
            return VendorEndpoints.Forged(context, StatusCodes.Status403Forbidden);
        if (link.IsOver || form.IsOver)
            return Over(context);
        if (await limits.Take(Limits.AnswerPerVendor, $"{scope.Id}\n{link.Vendor}") is { } wait)
            return ErrorPages.Wait(context, wait);

        DateTimeOffset? until = null;
        if (!sent.Has("back"))
        {
            if (await scope.Tenant().Profile() is not { Settings.ZoneId: var zone })
                return Over(context);
            var today = LocalTime.Date(now, zone);
            if (!DateOnly.TryParseExact(sent.Line("until"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day <= today || day > today.AddDays(MostDaysAway))
                return await Show(context, scope, ring, link, token, now, null, "Choose the day you are back: tomorrow or later, within a year.");
            until = LocalTime.StartOf(day, zone);
        }

        return await scope.VendorDesk(link.Vendor).StayAway(link.Version, until) ? new SeeOther($"/vendor/{token}?said={(until is null ? "back" : "away")}") : Over(context);
    }

    private static async Task<IResult> Show(HttpContext context, TenantScope scope, KeyRing ring, VendorDeskLink link, string token, DateTimeOffset now, string? said, string? problem)
    {
        if (await scope.VendorDesk(link.Vendor).Look(link.Version) is not { } view)
            return Over(context);
        var form = VendorDeskLink.Sign(ring, TokenPurpose.VendorAway, scope.Id, link.Vendor, link.Version, now);
        string Page(Guid dispatch) => $"/v/{VendorLink.Sign(ring, TokenPurpose.See, new VendorSight(scope.Id, dispatch, link.Vendor), now)}";
        return context.Page<VendorDesk>(
            new { View = view, Token = token, Form = form, Said = said, Problem = problem, Page = (Func<Guid, string>)Page, Tomorrow = LocalTime.Date(now, view.ZoneId).AddDays(1) },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static IResult Over(HttpContext context) => context.Page<DeskNotice>(
        new { Title = "This link is over", Says = "The business has made a newer one or taken it back. Look for a newer mail, or ask the business for your link." }, StatusCodes.Status410Gone);
}

/// <summary>A vendor's personal link: good while its number is the vendor's last one.</summary>
public readonly record struct VendorDeskLink(Guid Vendor, int Version, bool IsOver)
{
    private static readonly TimeSpan s_formLife = TimeSpan.FromDays(1);

    /// <summary>Null when it is forged, of another purpose, or for another desk.</summary>
    public static VendorDeskLink? Read(KeyRing ring, string purpose, TenantId tenant, string token, DateTimeOffset now)
    {
        var reading = ring.Tokens.Read(purpose, token, now);
        return reading.Parts is [var whose, var who, var number] && whose == tenant.Value && Guid.TryParseExact(who, "n", out var vendor) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new VendorDeskLink(vendor, version, reading.Standing == TokenStanding.Expired)
            : null;
    }

    public static string Sign(KeyRing ring, string purpose, TenantId tenant, Guid vendor, int version, DateTimeOffset now) =>
        ring.Tokens.Sign(purpose, now + (purpose == TokenPurpose.VendorDesk ? IVendorDeskGrain.LinkLife : s_formLife), tenant.Value, $"{vendor:n}", $"{version}");
}
