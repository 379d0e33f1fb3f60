using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>When somebody is on duty, in one cell: <c>always</c>, <c>when you are open</c>, or <c>Mon-Fri 09:00-12:30, 14:00-18:00; Sat 10:00-12:00</c>. Days of which nothing is said are off.</summary>
public static class DutyText
{
    private const string Always = "always";
    private const string Business = "when you are open";
    private const string Example = "Write it like “Mon-Fri 09:00-17:00; Sat 10:00-12:00”, “always” or “when you are open”.";
    private const int Longest = 1_000;

    private static readonly DayOfWeek[] s_days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    public static string Of(Vendor vendor) => vendor switch
    {
        { Duty: VendorDuty.Business } => Business,
        { Duty: VendorDuty.Own, Hours.Week.IsEmpty: false } => Of(vendor.Hours.Week),
        _ => Always,
    };

    /// <summary>The vendor with what <see cref="Of(Vendor)"/> wrote, or what people write instead. Days that are otherwise stay, and so do hours that do not count for now.</summary>
    public static (Vendor Vendor, string? Problem) Read(string text, Vendor vendor)
    {
        switch (text.Trim().ToLowerInvariant())
        {
            case Always:
                return (vendor with { Duty = VendorDuty.Always }, null);
            case Business:
                return (vendor with { Duty = VendorDuty.Business }, null);
        }

        var week = new List<OpeningPeriod>();
        foreach (var part in text.Length > Longest ? [""] : text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.AsSpan().IndexOfAnyInRange('0', '9');
            if (at < 1 || Days(part[..at]) is not { Count: > 0 } days || HoursText.Parse(part[at..]) is not { IsEmpty: false } spans)
                return (vendor, Example);
            week.AddRange(days.SelectMany(day => spans.SelectMany(span => OpeningPeriod.Of(day, span))));
        }

        var problem = week.Count == 0 ? Example : s_days.Select(day => OpeningHours.Problem(week.Where(period => period.Day == day).Select(period => period.Span))).FirstOrDefault(wrong => wrong is not null);
        return problem is null ? (vendor with { Duty = VendorDuty.Own, Hours = new OpeningHours([.. week.OrderBy(period => period.Day).ThenBy(period => period.Span.From)], vendor.Hours?.Exceptions ?? []) }, null) : (vendor, problem);
    }

    // Days that follow each other and have the same hours are said together.
    private static string Of(ImmutableArray<OpeningPeriod> week)
    {
        var said = new List<(int First, int Last, string Hours)>();
        foreach (var (index, day) in s_days.Index())
        {
            var hours = HoursText.Say(week.Where(period => period.Day == day).Select(period => period.Span)).Replace('–', '-');
            if (hours.Length == 0)
                continue;
            if (said is [.., var before] && before.Last == index - 1 && before.Hours == hours)
                said[^1] = before with { Last = index };
            else
                said.Add((index, index, hours));
        }

        return string.Join("; ", said.Select(one => $"{Short(one.First)}{(one.Last > one.First ? $"-{Short(one.Last)}" : "")} {one.Hours}"));
    }

    private static string Short(int day) => s_days[day].ToString()[..3];

    // "Mon-Fri", "Saturday", "Mo, We": null when one of them is no day.
    private static List<DayOfWeek>? Days(string text)
    {
        var days = new List<DayOfWeek>();
        foreach (var part in text.Split([',', '/', '&'], StringSplitOptions.TrimEntries))
        {
            var ends = part.Split(['-', '–', '—'], StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || Day(ends[0]) is not { } first || Day(ends[^1]) is not { } last)
                return null;
            for (var day = first; day != last; day = (day + 1) % 7)
                days.Add(s_days[day]);
            days.Add(s_days[last]);
        }

        return days;
    }

    private static int? Day(string word) => word.Length >= 2 && Array.FindIndex(s_days, day => day.ToString().StartsWith(word.TrimEnd('.', ':'), StringComparison.OrdinalIgnoreCase)) is >= 0 and var found ? found : null;
}
