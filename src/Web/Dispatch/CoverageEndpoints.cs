using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Shared;
using NodaTime;

namespace Backsoon.Dispatch;

public static class CoverageEndpoints
{
    private const string Format = "yyyy-MM-dd'T'HH:mm";

    public static void MapCoverage(this RouteGroupBuilder members)
    {
        members.MapGet("/coverage", async (HttpContext context, Member member) => await Of(member) is { } seen
            ? context.Page<CoveragePage>(new { Member = member, View = seen.View, seen.Refusing })
            : Results.NotFound());
        members.MapGet("/rules/who", Who);
    }

    /// <summary>Null when the business is gone.</summary>
    public static async Task<(Coverage View, ImmutableArray<Vendor> Refusing)?> Of(Member member)
    {
        if (await member.Scope.Directory().Coverage() is not { } view)
            return null;
        var refused = (await member.Scope.Deliveries().Refusing([.. view.Named.Select(vendor => vendor.Email)])).Select(refusal => refusal.Address).ToHashSet();
        return (view, [.. view.Named.Where(vendor => refused.Contains(vendor.Email))]);
    }

    private static async Task<IResult> Who(HttpContext context, Member member, TimeProvider clock)
    {
        var (directory, query, errors) = (member.Scope.Directory(), context.Request.Query, new FormErrors());
        var categories = await directory.Categories();
        var (subject, category) = (await Picks.Subject(directory, query["subject"]), Picks.Category(categories, query["category"]));
        subject.Explain(errors, "subject");
        category.Explain(errors, "category");
        var typed = query["at"].ToString().Trim();
        DateTimeOffset? at = clock.GetUtcNow();
        if (typed.Length > 0)
        {
            at = DateTime.TryParseExact(typed, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) && wall.Year is > 2000 and < 2200
                ? LocalDateTime.FromDateTime(wall).InZoneLeniently(DateTimeZoneProviders.Tzdb[member.Tenant.Settings.ZoneId]).ToDateTimeOffset()
                : null;
            if (at is null)
                errors.Add("at", "Type a day and a time, like 2026-01-08T08:00, or leave it empty for now.");
        }

        var preview = !errors.Any && category.Id is { } asked && at is { } instant ? await directory.Preview(subject.Id, asked, instant) : null;
        if (preview is null && category.Id is not null && !errors.Any)
            errors.Add("category", "It is switched off, so callers cannot choose it.");
        return context.Page<WhoPage>(
            new
            {
                Member = member, Categories = categories.Where(known => known.Active).ToArray(), Subjects = await Picks.Subjects(directory, includeInactive: false), Subject = subject, Category = category, Typed = typed, At = at, View = preview, Errors = errors,
            },
            errors);
    }
}
