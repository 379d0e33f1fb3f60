using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Backsoon.Mail;

/// <summary>Text that may stand in a mail header: one line, no control characters, no invisible direction marks, at most 150 characters. There is no other way into a header.</summary>
public sealed record HeaderText
{
    public const int MaxLength = 150;

    [JsonConstructor]
    private HeaderText(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;

    /// <summary>Keeps what can be kept of whatever a stranger typed.</summary>
    public static HeaderText From(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var kept = Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator => new Rune(' '),
                UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => default,
                _ => rune,
            };
            if (kept != default && !(kept.Value == ' ' && (builder.Length == 0 || builder[^1] == ' ')))
                builder.Append(kept.ToString());
        }

        var line = builder.ToString().TrimEnd();
        if (line.Length <= MaxLength)
            return new HeaderText(line);
        var cut = char.IsHighSurrogate(line[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return new HeaderText(string.Concat(line.AsSpan(0, cut).TrimEnd(), "…"));
    }
}
