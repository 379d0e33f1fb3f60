using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Backsoon.Tenants;

/// <summary>The hours of a day as people type and read them: "9–12:30, 14–18", or "9am–5:30pm".</summary>
public static partial class HoursText
{
    public const int Longest = 120;
    private const int HalfDay = OpeningSpan.Day / 2;

    public static string Say(IEnumerable<OpeningSpan> spans) => string.Join(", ", spans.OrderBy(span => span.From).Select(span => $"{Clock(span.From)}–{Clock(span.Until)}"));

    /// <summary>Null when it is none; a span that ends before it begins runs past midnight.</summary>
    public static ImmutableArray<OpeningSpan>? Parse(string typed)
    {
        var spans = ImmutableArray.CreateBuilder<OpeningSpan>();
        var rest = typed.Trim();
        while (rest.Length > 0)
        {
            if (Span().Match(rest) is not { Success: true } match || Read(match) is not { } span || span.From == span.Until || span.From == OpeningSpan.Day)
                return null;
            spans.Add(span);
            rest = rest[match.Length..];
        }

        return spans.ToImmutable();
    }

    // Where one of the two says am or pm, the other means what makes the nearer span: 9–5pm, 1–5pm, 9am–5.
    private static OpeningSpan? Read(Match match)
    {
        if (Minutes(match, 1) is not { } from || Minutes(match, 4) is not { } until)
            return null;
        var (fromHalf, untilHalf) = (match.Groups[3].Value.ToLowerInvariant(), match.Groups[6].Value.ToLowerInvariant());
        if (fromHalf.Length == 0 && untilHalf.Length == 0)
            return new OpeningSpan(from, until);
        if (fromHalf.Length > 0 && !IsOfHalf(from) || untilHalf.Length > 0 && !IsOfHalf(until))
            return null;

        var ends = untilHalf.Length > 0 ? [In(untilHalf, until)] : IsOfHalf(until) ? [In("a", until), In("p", until)] : new[] { until };
        var begins = fromHalf.Length > 0 ? [In(fromHalf, from)] : IsOfHalf(from) ? [In("p", from), In("a", from)] : new[] { from };
        var (begin, end) = begins.SelectMany(_ => ends, (begin, end) => (begin, end)).MinBy(span => Length(span.begin, span.end));
        return new OpeningSpan(begin, end == 0 ? OpeningSpan.Day : end);
    }

    private static int Length(int from, int until) => until > from ? until - from : until - from + OpeningSpan.Day;

    private static bool IsOfHalf(int minutes) => minutes / 60 is >= 1 and <= 12;

    private static int In(string half, int minutes) => minutes % HalfDay + (half == "p" ? HalfDay : 0);

    private static int? Minutes(Match match, int group)
    {
        var minutes = int.Parse(match.Groups[group].Value) * 60 + (match.Groups[group + 1].Success ? int.Parse(match.Groups[group + 1].Value) : 0);
        return match.Groups[group + 1] is { Success: true, Value: [>= '6', _] } || minutes > OpeningSpan.Day ? null : minutes;
    }

    private static string Clock(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";

    [GeneratedRegex(@"^(\d{1,2})(?:[:.h](\d{2}))?\s*(?:([ap])\.?m\b\.?)?\s*(?:-|–|—|to|until)\s*(\d{1,2})(?:[:.h](\d{2}))?\s*(?:([ap])\.?m\b\.?)?\s*(?:[,;]\s*|and\s+|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Span();
}
