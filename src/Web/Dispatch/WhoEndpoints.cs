using System.Diagnostics;
using System.Globalization;
using Backsoon.Shared;
using Microsoft.Extensions.Primitives;
using NodaTime;

namespace Backsoon.Dispatch;

public static class WhoEndpoints
{
    public const int LongestText = 500;
    public const string UsualText = "Checking that requests reach you.";

    private const string Format = "yyyy-MM-dd'T'HH:mm";

    public static void MapWho(this RouteGroupBuilder members)
    {
        members.MapGet("/rules/who", async (HttpContext context, Member member, TimeProvider clock) =>
        {
            var query = context.Request.Query;
            var seen = await See(member, query["subject"], query["category"], query["at"], clock);
            return await Show(context, member, seen, UsualText, seen.Errors.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
        });
        members.MapPost("/rules/who/test", Test);
    }

    private static async Task<IResult> Test(HttpContext context, Member member, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync();
        var seen = await See(member, form["subject"], form["category"], form["at"], clock);
        var text = form.Text("text").ReplaceLineEndings("\n");
        if (seen.Category.Id is null)
            seen.Errors.Add("category", "Choose what the test is about.");
        if (text.Length > LongestText)
            seen.Errors.Add("text", $"That is {text.Length} characters; {LongestText} fit.");
        if (seen.Errors.Any)
            return await Show(context, member, seen, text, StatusCodes.Status422UnprocessableEntity);

        var (subject, category, now) = (seen.Subject.Id, seen.Category.Id!.Value, clock.GetUtcNow());
        var (id, before) = TestRequest.Ids(member.Scope.Id, subject, category, now);
        if (await member.Scope.Dispatch(before).Look() is { } recent && TestRequest.IsRecent(recent.ReceivedAt, now))
            return new SeeOther($"/requests/{before}?said=tested");

        switch (await member.Scope.Dispatch(id).Test(subject, category, text.OrNull() ?? UsualText, member.Account))
        {
            case SubmitOutcome.Accepted:
                return new SeeOther($"/requests/{id}?said=test");
            case SubmitOutcome.Different:
                return new SeeOther($"/requests/{id}?said=tested");
            case SubmitOutcome.NotOffered:
                seen.Errors.Add("category", "It was switched off just now, so callers cannot choose it.");
                return await Show(context, member, seen, text, StatusCodes.Status422UnprocessableEntity);
            case SubmitOutcome.Closed:
                seen.Errors.Add("category", "Your page takes no requests at present, so there is nothing to try.");
                return await Show(context, member, seen, text, StatusCodes.Status422UnprocessableEntity);
            case SubmitOutcome.Gone:
                return Results.StatusCode(StatusCodes.Status410Gone);
            case SubmitOutcome.Unavailable:
                return await Show(context, member, seen, text, StatusCodes.Status503ServiceUnavailable);
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<Seen> See(Member member, StringValues about, StringValues kind, StringValues when, TimeProvider clock)
    {
        var (directory, errors) = (member.Scope.Directory(), new FormErrors());
        var categories = await directory.Categories();
        var (subject, category) = (await Picks.Subject(directory, about), Picks.Category(categories, kind));
        subject.Explain(errors, "subject");
        category.Explain(errors, "category");
        var typed = when.ToString().Trim();
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
        return new Seen([.. categories.Where(known => known.Active)], subject, category, typed, at, preview, errors);
    }

    private static async Task<IResult> Show(HttpContext context, Member member, Seen seen, string text, int status) => context.Page<WhoPage>(
        new { Member = member, Subjects = await Picks.Subjects(member.Scope.Directory(), includeInactive: false), Seen = seen, Text = text, IsUnsaved = status == StatusCodes.Status503ServiceUnavailable },
        status);
}

/// <summary>What the page was asked, and what it found.</summary>
/// <param name="At">The instant meant by <paramref name="Typed"/>; null when it cannot be read.</param>
/// <param name="View">Null until a category is chosen, and when something is wrong.</param>
public sealed record Seen(Category[] Categories, Pick Subject, Pick Category, string Typed, DateTimeOffset? At, Preview? View, FormErrors Errors);
