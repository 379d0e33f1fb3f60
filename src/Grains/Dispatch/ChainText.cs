using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Backsoon.Dispatch;

/// <summary>
/// Whom a rule asks, in one cell: <c>Rivera Plumbing + Cole &amp; Sons (30 minutes) &gt; Keystone Locks (1 hour, on duty, counting duty) x 3</c>. A name that has one of the signs stands in quotes.
/// </summary>
public static class ChainText
{
    private const string OnDuty = "on duty";
    private const string CountsDuty = "counting duty";

    private static readonly (string Word, TimeSpan Length)[] s_units = [("second", TimeSpan.FromSeconds(1)), ("minute", TimeSpan.FromMinutes(1)), ("hour", TimeSpan.FromHours(1)), ("day", TimeSpan.FromDays(1))];

    public static string Of(RuleView view)
    {
        var names = view.Vendors.ToDictionary(vendor => vendor.Id, vendor => Name(vendor.Name));
        var steps = view.Rule.Steps.Select(step => $"{string.Join(" + ", step.Vendors.Select(id => names[id]))} ({Wait(step.Wait)}{(step.Start == StepStart.OnDuty ? $", {OnDuty}" : "")}{(step.CountsDuty ? $", {CountsDuty}" : "")})");
        return $"{string.Join(" > ", steps)}{(view.Rule.Repeat > 1 ? $" x {view.Rule.Repeat}" : "")}";
    }

    /// <summary>What <see cref="Of"/> wrote, or what people write instead; else what is wrong with it.</summary>
    public static ReadChain Read(string text)
    {
        var (steps, repeat, at, more) = (ImmutableArray.CreateBuilder<NamedStep>(), 1, 0, true);
        while (more)
        {
            var (names, rest, isLastQuoted) = ReadNames(text, ref at, out more);
            var close = rest.LastIndexOf(')');
            var open = close < 0 ? -1 : rest.LastIndexOf('(', close);
            if (open < 0)
                return ReadChain.Wrong($"Write after the names how long they have, like “{string.Join(" + ", names.Append(rest.Trim()).Where(name => name.Length > 0))} (30 minutes)”.");
            // Brackets before the last belong to the name.
            if (rest[..open].Trim() is { Length: > 0 } last)
                names.Add(last);
            else if (names.Count > 0 && !isLastQuoted)
                return ReadChain.Wrong("After the last + a name is missing.");
            if (names.Count == 0 || names.Exists(name => name.Trim().Length == 0))
                return ReadChain.Wrong("A name is missing.");
            var tail = rest[(close + 1)..].Trim();
            if (tail.Length > 0 && (more || tail[0] is not ('x' or 'X' or '×') || !int.TryParse(tail.AsSpan(1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out repeat)))
                return ReadChain.Wrong($"“{tail}” is not understood. Steps are parted by >, and “x 2” at the end asks everybody twice.");
            if (ReadStep([.. names], rest[(open + 1)..close]) is not { } step)
                return ReadChain.Wrong($"“{rest[(open + 1)..close]}” is no length of time. Write it like 30 minutes, 2 hours or 1 day; “{OnDuty}” and “{CountsDuty}” may follow, after commas.");
            steps.Add(step);
        }

        return new ReadChain(steps.ToImmutable(), repeat, null);
    }

    /// <summary>"20 minutes", "1 hour", "90 minutes": in the largest unit that leaves nothing over.</summary>
    public static string Wait(TimeSpan wait)
    {
        var (word, length) = s_units.Reverse().First(unit => wait.Ticks % unit.Length.Ticks == 0 || unit.Length == s_units[0].Length);
        var count = wait.Ticks / length.Ticks;
        return count == 1 ? $"1 {word}" : $"{count} {word}s";
    }

    // Names before a plus, or in quotes; and the rest of the step, whose last name may stand in front of the brackets.
    private static (List<string> Names, string Left, bool IsLastQuoted) ReadNames(string text, ref int at, out bool more)
    {
        var names = new List<string>();
        while (true)
        {
            while (at < text.Length && text[at] == ' ')
                at++;
            var quoted = at < text.Length && text[at] == '"';
            if (quoted)
                names.Add(ReadQuoted(text, ref at));
            var sign = at < text.Length ? text.AsSpan(at).IndexOfAny('+', '>') : -1;
            var end = sign < 0 ? text.Length : at + sign;
            var piece = text[Math.Min(at, text.Length)..end];
            at = end + 1;
            more = end < text.Length;
            if (!more || text[end] == '>')
                return (names, piece, quoted);
            if (!quoted || piece.Trim().Length > 0)
                names.Add(piece.Trim());
        }
    }

    private static string ReadQuoted(string text, ref int at)
    {
        var name = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (at + 1 >= text.Length || text[at + 1] != '"'))
            {
                at++;
                break;
            }

            if (text[at] == '"')
                at++;
            name.Append(text[at]);
        }

        return name.ToString();
    }

    private static NamedStep? ReadStep(ImmutableArray<string> names, string details)
    {
        string[] parts = [.. details.Split(',').Select(part => part.Trim().ToLowerInvariant())];
        return ParseWait(parts[0]) is { } wait && parts.Skip(1).All(part => part is OnDuty or CountsDuty)
            ? new NamedStep(names, wait, parts.Contains(OnDuty) ? StepStart.OnDuty : StepStart.Now, parts.Contains(CountsDuty))
            : null;
    }

    // "30", "30 min", "2h", "1 day".
    private static TimeSpan? ParseWait(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (!int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 1_000_000)
            return null;
        var unit = text[digits..].Trim().TrimEnd('.');
        var (word, length) = unit.Length == 0 ? s_units[1] : s_units.FirstOrDefault(known => known.Word.StartsWith(unit.TrimEnd('s'), StringComparison.Ordinal));
        return word is null ? null : count * length;
    }

    private static string Name(string name) => name.AsSpan().IndexOfAny("\">+") < 0 && name.Trim().Length == name.Length ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <param name="Problem">Null when it could be read.</param>
public sealed record ReadChain(ImmutableArray<NamedStep> Steps, int Repeat, string? Problem)
{
    public static ReadChain Wrong(string problem) => new([], 1, problem);
}

public sealed record NamedStep(ImmutableArray<string> Vendors, TimeSpan Wait, StepStart Start, bool CountsDuty);
