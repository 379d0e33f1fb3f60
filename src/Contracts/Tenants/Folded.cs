using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Backsoon.Tenants;

/// <summary>Text as it is compared and searched: lower case, letters without their accents.</summary>
/// <remarks>The letters are written out because <see cref="string.Normalize()"/> decomposes nothing under invariant globalization.</remarks>
public static class Folded
{
    private static readonly FrozenDictionary<char, string> s_plain = new Dictionary<string, string>
    {
        ["a"] = "àáâãäåāăąǎạảấầẩẫậắằẳẵặ", ["ae"] = "æ", ["c"] = "çćĉċč", ["d"] = "ďđð", ["e"] = "èéêëēĕėęěẹẻẽếềểễệ", ["g"] = "ĝğġģ", ["h"] = "ĥħ", ["i"] = "ìíîïĩīĭįıǐỉị", ["j"] = "ĵ", ["k"] = "ķ",
        ["l"] = "ĺļľŀł", ["n"] = "ñńņňŋ", ["o"] = "òóôõöøōŏőơǒọỏốồổỗộớờởỡợ", ["oe"] = "œ", ["r"] = "ŕŗř", ["s"] = "śŝşšș", ["ss"] = "ß", ["t"] = "ţťŧț", ["th"] = "þ", ["u"] = "ùúûüũūŭůűųưǔụủứừửữự", ["w"] = "ŵẁẃẅ",
        ["y"] = "ýÿŷỳỵỷỹ", ["z"] = "źżž",
    }.SelectMany(entry => entry.Value.Select(letter => (letter, entry.Key))).ToFrozenDictionary(pair => pair.letter, pair => pair.Key);

    public static string Of(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            var lower = char.ToLowerInvariant(letter);
            if (char.IsAscii(lower))
                builder.Append(lower);
            else if (s_plain.TryGetValue(lower, out var plain))
                builder.Append(plain);
            else if (char.GetUnicodeCategory(lower) != UnicodeCategory.NonSpacingMark)
                builder.Append(lower);
        }

        return builder.ToString();
    }

    /// <summary>The words of a text, folded; whatever is no letter or digit parts them.</summary>
    public static string[] Words(string text) =>
        new string(Array.ConvertAll(Of(text).ToCharArray(), c => char.IsLetterOrDigit(c) || char.IsSurrogate(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
