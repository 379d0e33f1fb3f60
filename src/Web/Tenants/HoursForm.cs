using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Shared;
using NodaTime;

namespace Backsoon.Tenants;

/// <summary>Hours as typed: which count, and those of each weekday from Monday on.</summary>
/// <param name="Until">Not available until then, on the wall's clock; of a vendor only.</param>
public sealed record HoursForm(string Choice, ImmutableArray<string> Days, string Until = "")
{
    public const string Hours = "hours";
    private const string UntilFormat = "yyyy-MM-dd'T'HH:mm";

    public static readonly ImmutableArray<DayOfWeek> Order = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    public static string Field(DayOfWeek day) => day.ToString().ToLowerInvariant();

    public static HoursForm Of(string choice, OpeningHours? saved, DateTimeOffset? until = null, string zoneId = "UTC") => new(
        choice, [.. Order.Select(day => saved is null ? "" : HoursText.Say(saved.Week.Where(period => period.Day == day).Select(period => period.Span)))],
        until is { } at ? Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zoneId]).ToDateTimeUnspecified().ToString(UntilFormat, CultureInfo.InvariantCulture) : "");

    public static HoursForm Of(IFormCollection form) => new(form.Line("choice"), [.. Order.Select(day => form.Line(Field(day)))], form.Line("until"));

    /// <summary>The week; null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public ImmutableArray<OpeningPeriod>? Read(FormErrors errors)
    {
        var week = new List<OpeningPeriod>();
        foreach (var (day, typed) in Order.Zip(Days))
        {
            if (typed.Length > HoursText.Longest || HoursText.Parse(typed) is not { } spans)
                errors.Add(Field(day), $"{day}: type it like 9–12:30, 14–18, or leave it empty for closed.");
            else
                week.AddRange(spans.SelectMany(span => OpeningPeriod.Of(day, span)));
        }

        foreach (var day in Order)
            Check(errors, Field(day), [.. week.Where(period => period.Day == day).Select(period => period.Span)], $"{day}: ");
        if (Choice == Hours && week.Count == 0 && !errors.Any)
            errors.Add(Field(DayOfWeek.Monday), "Type the hours of at least one day.");
        return errors.Any ? null : [.. week.OrderBy(period => period.Day).ThenBy(period => period.Span.From)];
    }

    /// <summary>Null for an empty one too.</summary>
    public DateTimeOffset? ReadUntil(FormErrors errors, string zoneId)
    {
        if (Until.Length == 0)
            return null;
        if (DateTime.TryParseExact(Until, UntilFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) && wall.Year is > 2000 and < 2200)
            return LocalDateTime.FromDateTime(wall).InZoneLeniently(DateTimeZoneProviders.Tzdb[zoneId]).ToDateTimeOffset().ToUniversalTime();
        errors.Add("until", "Type a day and a time, like 2026-01-08T08:00, or leave it empty.");
        return null;
    }

    public static void Check(FormErrors errors, string field, ImmutableArray<OpeningSpan> spans, string about = "")
    {
        if (OpeningHours.Problem(spans) is { } problem)
            errors.Add(field, about.Length == 0 ? problem : $"{about}{char.ToLowerInvariant(problem[0])}{problem[1..]}");
    }
}

/// <summary>Days that are otherwise, as typed.</summary>
public sealed record OtherDaysForm(string From, string Until, string Name, string Hours)
{
    private const string Day = "yyyy-MM-dd";

    public static readonly OtherDaysForm Empty = new("", "", "", "");

    public static OtherDaysForm Of(IFormCollection form) => new(form.Line("from"), form.Line("to"), form.Line("name"), form.Line("times"));

    public static OtherDaysForm Of(OpeningException saved) => new(saved.From.ToString(Day, CultureInfo.InvariantCulture), saved.Until.ToString(Day, CultureInfo.InvariantCulture), saved.Name, HoursText.Say(saved.Periods));

    public OpeningException? Read(FormErrors errors)
    {
        if (!TryRead(From, out var from))
            errors.Add("from", "Type the first day, like 2026-12-24.");
        var until = from;
        if (Until.Length > 0 && !TryRead(Until, out until))
            errors.Add("to", "Type the last day, like 2026-12-26, or leave it empty.");
        else if (until < from || until.DayNumber - from.DayNumber >= OpeningException.MaxDays)
            errors.Add("to", until < from ? "The last day comes before the first." : $"At most {OpeningException.MaxDays} days.");
        if (Name.Length is 0 or > OpeningException.MaxName)
            errors.Add("name", Name.Length == 0 ? "Type what it is called, like Christmas." : $"That is {Name.Length} characters; {OpeningException.MaxName} fit.");
        var spans = Hours.Length > HoursText.Longest ? null : HoursText.Parse(Hours);
        if (spans is null || spans.Value.Any(span => span.Until < span.From && span.Until != 0))
            errors.Add("times", "Type them like 9–12:30, each within its day, or leave it empty for closed.");
        else
            HoursForm.Check(errors, "times", spans.Value);
        return errors.Any || spans is null ? null : new OpeningException(from, until, Name, [.. spans.Value.Select(span => span.Until == 0 ? span with { Until = OpeningSpan.Day } : span).OrderBy(span => span.From)]);
    }

    private static bool TryRead(string typed, out DateOnly day) => DateOnly.TryParseExact(typed, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is > 2000 and < 2200;
}
