using Backsoon.Accounts;
using Backsoon.Shared;

namespace Backsoon.Tenants;

/// <summary>Leaving Backsoon: close the page, take everything along, delete everything. Shown also once the page is closed.</summary>
public static class LeaveEndpoints
{
    public static void MapLeave(this RouteGroupBuilder members)
    {
        var leave = members.MapGroup("/leave");
        leave.MapGet("", (HttpContext context, Member member, IGrainFactory grains, string? said) => Show(context, member, grains, "", FormErrors.None, said));
        leave.MapGet("/close", async (HttpContext context, Member member) => context.Page<LeaveClose>(new
        {
            Member = member, Foreseen = await member.Scope.Leaving().Foresee(), Open = (await member.Scope.Board().Open()).OpenTotal, Ahead = await member.Scope.Bookings().Ahead(),
        }));
        leave.MapPost("/close", async (Member member) =>
            await member.Scope.Leaving().Cancel() is { } view ? new SeeOther($"/leave?said={(view.HasClosed ? "closed" : "closing")}") : Results.StatusCode(StatusCodes.Status410Gone));
        leave.MapPost("/back", ComeBack);
        leave.MapPost("/delete", AskToDelete);
        leave.MapPost("/undo", async (Member member) =>
            new SeeOther(await member.Scope.Deletion().Current() is { } deletion && await member.Scope.Deletion().Undo(deletion.Id) ? "/leave?said=undone" : "/leave?said=late"));
    }

    private static async Task<IResult> ComeBack(HttpContext context, Member member, IGrainFactory grains)
    {
        var typed = (await context.Request.ReadFormAsync()).Line("slug");
        var errors = new FormErrors();
        Slug? slug = null;
        if (typed.Length > 0 && !Slug.TryParse(typed, out slug, out var why))
            errors.Add("slug", SlugMessages.Of(why));
        if (errors.Any)
            return await Show(context, member, grains, typed, errors, null);

        switch (await member.Scope.Leaving().ComeBack(slug))
        {
            case ComeBackOutcome.Back:
                return new SeeOther("/?said=back");
            case ComeBackOutcome.NeedsSlug:
                errors.Add("slug", "Choose a name for your page.");
                break;
            case ComeBackOutcome.SlugTaken:
                errors.Add("slug", "Somebody else has this name. Choose another.");
                break;
            case ComeBackOutcome.NeedsPlan:
                return new SeeOther("/billing");
            case ComeBackOutcome.Deleting:
                return new SeeOther("/leave");
            case ComeBackOutcome.Gone:
                return Results.StatusCode(StatusCodes.Status410Gone);
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        return await Show(context, member, grains, typed, errors, null);
    }

    private static async Task<IResult> AskToDelete(HttpContext context, Member member, Limits limits)
    {
        if (await limits.Take(Limits.DeletionMailPerTenant, member.Scope.Id.Value) is { } wait)
            return ErrorPages.Wait(context, wait);
        return new SeeOther(await member.Scope.Deletion().Ask(member.Account) ? "/leave?said=mailed#delete" : "/leave");
    }

    private static async Task<IResult> Show(HttpContext context, Member member, IGrainFactory grains, string slug, FormErrors errors, string? said)
    {
        var (archive, ring) = (await member.Scope.Archive().Look(), await context.RequestServices.GetRequiredService<Keys>().Current());
        return context.Page<Leave>(
            new
            {
                Member = member, Leaving = await member.Scope.Leaving().Look(), Deletion = await member.Scope.Deletion().Current(), Foreseen = await member.Scope.Leaving().Foresee(),
                (await grains.GetGrain<IAccountGrain>($"account/{member.Account}").Look())?.Email, Typed = slug, Errors = errors, Said = said,
                Archive = archive, Address = archive is null ? null : ArchiveEndpoints.Address(ring, member.Scope.Id, archive),
            },
            errors);
    }
}
