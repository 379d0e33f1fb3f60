using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Backsoon.Tenants;

/// <summary>The hours of a day as people type and read them: "9–12:30, 14–18".</summary>
public static partial class HoursText
{
    public const int Longest = 120;

    public static string Say(IEnumerable<OpeningSpan> spans) => string.Join(", ", spans.OrderBy(span => span.From).Select(span => $"{Clock(span.From)}–{Clock(span.Until)}"));

    /// <summary>Null when it is none; a span that ends before it begins runs past midnight.</summary>
    public static ImmutableArray<OpeningSpan>? Parse(string typed)
    {
        var spans = ImmutableArray.CreateBuilder<OpeningSpan>();
        var rest = typed.Trim();
        while (rest.Length > 0)
        {
            if (Span().Match(rest) is not { Success: true } match || Minutes(match, 1) is not { } from || Minutes(match, 3) is not { } until || from == until || from == OpeningSpan.Day)
                return null;
            spans.Add(new OpeningSpan(from, until));
            rest = rest[match.Length..];
        }

        return spans.ToImmutable();
    }

    private static int? Minutes(Match match, int group)
    {
        var minutes = int.Parse(match.Groups[group].Value) * 60 + (match.Groups[group + 1].Success ? int.Parse(match.Groups[group + 1].Value) : 0);
        return match.Groups[group + 1] is { Success: true, Value: [>= '6', _] } || minutes > OpeningSpan.Day ? null : minutes;
    }

    private static string Clock(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";

    [GeneratedRegex(@"^(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|—|to|until)\s*(\d{1,2})(?:[:.h](\d{2}))?\s*(?:[,;]\s*|and\s+|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Span();
}
