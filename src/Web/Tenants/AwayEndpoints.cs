using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Tenants;

public static class AwayEndpoints
{
    public static void MapAway(this RouteGroupBuilder members)
    {
        members.MapGet("/away", async (HttpContext context, Member member, TimeProvider clock, Guid? change, string? said) =>
        {
            var saved = member.Tenant.Absences.FirstOrDefault(absence => absence.Id == change && !absence.IsOver(clock.GetUtcNow()));
            var typed = saved is null ? AwayForm.New(clock.GetUtcNow()) : await AwayForm.Of(saved, member.Scope.Directory(), member.Tenant.Settings.ZoneId);
            return await Show(context, member, clock, typed, saved, FormErrors.None, said);
        });
        members.MapPost("/away", Save);
        members.MapPost("/away/end", async (HttpContext context, Member member) =>
        {
            var ended = (await context.Request.ReadFormAsync()).Id("id", out var id) && await member.Scope.Tenant().Return(id.Value);
            return new SeeOther($"/away?said={(ended ? "back" : "late")}");
        });
    }

    private static async Task<IResult> Save(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        if (!form.Id("id", out var id))
            return Results.BadRequest();

        var (now, errors) = (clock.GetUtcNow(), new FormErrors());
        var saved = member.Tenant.Absences.FirstOrDefault(absence => absence.Id == id);
        var typed = await AwayForm.Of(form, id.Value, member.Scope.Directory());
        if (typed.Read(errors, member.Tenant.Settings.ZoneId, now, saved) is not { } absence)
            return await Show(context, member, clock, typed, saved, errors, null);

        switch (await member.Scope.Tenant().Leave(absence))
        {
            case AbsenceOutcome.Saved:
                return new SeeOther($"/away?said={(absence.From > now ? "planned" : "away")}");
            case AbsenceOutcome.Overlaps:
                errors.Add("from", "You are away at some of that time already. Change that one instead.");
                break;
            case AbsenceOutcome.TooMany:
                errors.Add("from", $"At most {Absence.MostKept} are kept. Remove one that you have planned.");
                break;
            case AbsenceOutcome.Gone:
                return new SeeOther("/away?said=late");
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        return await Show(context, member, clock, typed, saved, errors, null);
    }

    private static async Task<IResult> Show(HttpContext context, Member member, TimeProvider clock, AwayForm typed, Absence? saved, FormErrors errors, string? said)
    {
        var directory = member.Scope.Directory();
        var (now, ahead) = (clock.GetUtcNow(), member.Tenant.Absences.Where(absence => !absence.IsOver(clock.GetUtcNow())).ToArray());
        var standIns = new Dictionary<Guid, string>();
        foreach (var id in ahead.Select(absence => absence.StandIn).OfType<Guid>().Distinct())
            standIns[id] = (await directory.Vendor(id))?.Name ?? "";
        var seen = await CoverageEndpoints.Of(member);
        return context.Page<Away>(
            new { Coverage = seen?.View, Refusing = seen?.Refusing ?? [], Member = member, Typed = typed, Saved = saved, Current = member.Tenant.AwayAt(now), Planned = ahead.Where(absence => absence.From > now).ToArray(), StandIns = standIns, Vendors = await Picks.Vendors(directory, includeInactive: false), Errors = errors, Said = said },
            errors);
    }
}
