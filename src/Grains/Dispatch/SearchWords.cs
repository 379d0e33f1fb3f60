using System.Text;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What a request is found by, and what was meant by what somebody typed.</summary>
public static class SearchWords
{
    private const int Longest = 40;
    private const int Most = 1_000;
    private const int MostTyped = 200;
    private const int MostAsked = 8;
    private const int MarkLength = 8;
    private const int ShortestNumber = 6;
    private const int LongestCountryCode = 3;

    /// <summary>A text and a telephone number as the words of one request, marked as the tenant's, each once.</summary>
    public static string[] Of(TenantId tenant, string text, string phone) => [.. Words(text).Concat(Numbers(phone)).Distinct().Take(Most).Select(word => Mark(tenant) + word)];

    /// <summary>What has to be in the words: all that was typed, and of the last word at least the beginning. Null when no word was typed.</summary>
    public static string? Query(TenantId tenant, string typed)
    {
        var words = Words(StorableText.From(typed, MostTyped)).Take(MostAsked).ToArray();
        var terms = new List<string>();
        for (var i = 0; i < words.Length;)
        {
            var end = i;
            while (end < words.Length && words[end].All(char.IsAsciiDigit))
                end++;
            if (end == i)
                end++;
            terms.Add(Term(tenant, words[i..end], end == words.Length));
            i = end;
        }

        return terms.Count == 0 ? null : string.Join(" & ", terms);
    }

    // Groups of digits may be one number that was written with other spaces, or with the zero of its own country.
    private static string Term(TenantId tenant, string[] group, bool last)
    {
        var asTyped = string.Join(" & ", group.Select((word, i) => Lexeme(tenant, word, last && i == group.Length - 1)));
        var number = string.Concat(group);
        if (number.Length < ShortestNumber || !number.All(char.IsAsciiDigit))
            return asTyped;

        string[] alternatives = [.. new[] { number, number.TrimStart('0') }.Where(n => n.Length >= ShortestNumber && (group.Length > 1 || n != number)).Distinct().Select(n => Lexeme(tenant, n, prefix: true))];
        return alternatives.Length == 0 ? asTyped : $"(({asTyped}) | {string.Join(" | ", alternatives)})";
    }

    private static string Lexeme(TenantId tenant, string word, bool prefix) => $"'{Mark(tenant)}{word}'{(prefix ? ":*" : "")}";

    private static string Mark(TenantId tenant) => tenant.Value[^MarkLength..];

    private static IEnumerable<string> Words(string text) => Folded.Words(text).SelectMany(Parts).Select(word => word.Length <= Longest ? word : word[..(char.IsHighSurrogate(word[Longest - 1]) ? Longest - 1 : Longest)]);

    // Scripts that put no space between words are searched sign by sign.
    private static IEnumerable<string> Parts(string word)
    {
        if (!word.AsSpan().ContainsAnyInRange('\u0e00', '\uffff'))
            return [word];

        var (parts, letters) = (new List<string>(), new StringBuilder());
        foreach (var rune in word.EnumerateRunes())
        {
            if (IsUnspaced(rune.Value))
            {
                Flush();
                parts.Add(rune.ToString());
            }
            else
            {
                letters.Append(rune.ToString());
            }
        }

        Flush();
        return parts;

        void Flush()
        {
            if (letters.Length > 0)
                parts.Add(letters.ToString());
            letters.Clear();
        }
    }

    // Thai, Lao, Burmese and Khmer; kana and ideographs.
    private static bool IsUnspaced(int rune) => rune is (>= 0x0e00 and <= 0x0eff) or (>= 0x1000 and <= 0x109f) or (>= 0x1780 and <= 0x17ff) or (>= 0x3040 and <= 0x30ff) or (>= 0x3400 and <= 0x9fff) or (>= 0xf900 and <= 0xfaff) or (>= 0x20000 and <= 0x3ffff);

    /// <summary>A number by its groups, as a whole, from each group on, and without what may be the code of a country.</summary>
    private static IEnumerable<string> Numbers(string phone)
    {
        string[] groups = [.. Folded.Words(phone).Where(word => word.All(char.IsAsciiDigit))];
        var whole = string.Concat(groups);
        var codes = phone.TrimStart() is ['+', ..] ? Enumerable.Range(1, LongestCountryCode).Where(length => whole.Length > length).Select(length => whole[length..]) : [];
        return groups.Concat(groups.Select((_, i) => string.Concat(groups[i..]))).Concat(codes).Where(number => number.Length is > 0 and <= Longest);
    }
}
