using System.Collections.Immutable;

namespace Backsoon.Tenants;

/// <summary>When somebody is there, by the clock on the wall: periods of the week, and days on which it is otherwise. What they come to is <see cref="OpenTime"/>.</summary>
[GenerateSerializer, Immutable, Alias("tenants.opening-hours")]
public sealed record OpeningHours(ImmutableArray<OpeningPeriod> Week, ImmutableArray<OpeningException> Exceptions)
{
    public const int MaxPeriodsADay = 6;
    public const int MaxExceptions = 200;

    /// <summary>What counts on a day. Of several exceptions for it the shortest does: an open day inside a holiday is open.</summary>
    public IEnumerable<OpeningSpan> On(DateOnly day) => ExceptionOn(day)?.Periods ?? OnWeekday(day.DayOfWeek);

    public IEnumerable<OpeningSpan> OnWeekday(DayOfWeek day) => Week.Where(period => period.Day == day).Select(period => period.Span);

    /// <summary>The exception that counts on a day; null when the day is as the week says.</summary>
    public OpeningException? ExceptionOn(DateOnly day)
    {
        OpeningException? exception = null;
        foreach (var other in Exceptions)
        {
            if (other.From <= day && day <= other.Until && (exception is null || other.Days < exception.Days))
                exception = other;
        }

        return exception;
    }

    /// <summary>What is wrong with the periods of one day; null when nothing is.</summary>
    public static string? Problem(IEnumerable<OpeningSpan> spans)
    {
        OpeningSpan[] sorted = [.. spans.OrderBy(span => span.From)];
        if (sorted.Zip(sorted.Skip(1)).Any(pair => pair.Second.From < pair.First.Until))
            return "Two of these times overlap.";
        return sorted.Length > MaxPeriodsADay ? $"At most {MaxPeriodsADay} periods fit in a day." : null;
    }

    public bool Equals(OpeningHours? other) => other is not null && Week.SequenceEqual(other.Week) && Exceptions.SequenceEqual(other.Exceptions);

    public override int GetHashCode() => HashCode.Combine(Week.Length, Exceptions.Length);
}

/// <summary>A period of one weekday. One that runs past midnight is two.</summary>
[GenerateSerializer, Immutable, Alias("tenants.opening-period")]
public sealed record OpeningPeriod(DayOfWeek Day, OpeningSpan Span)
{
    /// <summary>Of a span that may run past midnight.</summary>
    public static ImmutableArray<OpeningPeriod> Of(DayOfWeek day, OpeningSpan span) => span switch
    {
        { Until: 0 } => [new(day, span with { Until = OpeningSpan.Day })],
        _ when span.Until > span.From => [new(day, span)],
        _ => [new(day, span with { Until = OpeningSpan.Day }), new((DayOfWeek)(((int)day + 1) % 7), span with { From = 0 })],
    };
}

/// <param name="From">Minutes since midnight on the wall's clock.</param>
/// <param name="Until">Exclusive; 1440 is the midnight at the end of the day.</param>
[GenerateSerializer, Immutable, Alias("tenants.opening-span")]
public sealed record OpeningSpan(int From, int Until)
{
    public const int Day = 24 * 60;
}

/// <summary>Days that are not as the week says.</summary>
/// <param name="Until">Inclusive; the first day itself for a single one.</param>
/// <param name="Name">What it is called: "Christmas".</param>
/// <param name="Periods">None on a holiday.</param>
[GenerateSerializer, Immutable, Alias("tenants.opening-exception")]
public sealed record OpeningException(DateOnly From, DateOnly Until, string Name, ImmutableArray<OpeningSpan> Periods)
{
    public const int MaxName = 60;
    public const int MaxDays = 400;

    public int Days => Until.DayNumber - From.DayNumber + 1;

    public bool Equals(OpeningException? other) => other is not null && (From, Until, Name) == (other.From, other.Until, other.Name) && Periods.SequenceEqual(other.Periods);

    public override int GetHashCode() => HashCode.Combine(From, Until, Name);
}
