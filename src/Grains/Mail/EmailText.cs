using System.Buffers;
using System.Globalization;
using System.Text;

namespace Backsoon.Mail;

/// <summary>The text part: what the HTML part says, for eyes and programs that do not take HTML.</summary>
public static class EmailText
{
    // Whatever is not here passes as it is, which is nearly every text; each of these is looked at closely.
    private static readonly SearchValues<char> s_suspicious = SearchValues.Create([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\n' or '\t') || char.IsSurrogate(c) || TurnsDirection(c) || c is '\u2028' or '\u2029')]);

    public static string Of(EmailContent content)
    {
        var sign = OneLine(content.Sign);
        var blocks = new List<string> { $"{sign}\n{new string('=', Math.Clamp(new StringInfo(sign).LengthInTextElements, 3, 60))}" };
        if (content.Note is { } note)
            blocks.Add(OneLine(note));
        if (content.Flag is { } flag)
            blocks.Add(OneLine(flag).ToUpperInvariant());
        blocks.Add(OneLine(content.Lead));
        if (!content.Facts.IsEmpty)
            blocks.Add(string.Join('\n', content.Facts.Select(fact => Labelled(OneLine(fact.Name), OneLine(fact.Value)))));
        if (content.Quote is { } quote)
            blocks.Add(string.Join('\n', Plain(quote).Trim('\n').Split('\n').Select(line => $"> {line}".TrimEnd())));
        blocks.AddRange(content.Buttons.Select(button => $"{OneLine(button.Label)}:\n{OneLine(button.Url)}"));
        blocks.AddRange(content.Paragraphs.Select(paragraph => Plain(paragraph).Trim('\n')));
        if (content.Code is { } code)
            blocks.Add($"    {OneLine(code)}");
        blocks.Add($"--\n{OneLine(content.Why)}{(content.Change is { } change ? $"\n{OneLine(change.Label)}: {OneLine(change.Url)}" : "")}");
        return string.Join("\n\n", blocks) + "\n";
    }

    /// <summary>A name and what it is of; a question has its own mark between the two.</summary>
    public static string Labelled(string label, string text) => label is [.., '?' or ':' or '.' or '!' or '…'] ? $"{label} {text}" : $"{label}: {text}";

    /// <summary>Text with its line breaks, without what could disturb the text around it: control characters, lone surrogates, marks that turn the direction of what follows.</summary>
    public static string Plain(string text)
    {
        if (text.AsSpan().IndexOfAny(s_suspicious) < 0)
            return text;

        var builder = new StringBuilder(text.Length);
        foreach (var rune in Unbroken(text).EnumerateRunes().Where(rune => !TurnsDirection(rune.Value)))
            builder.Append(rune);
        return builder.ToString();
    }

    public static string OneLine(string text) => IsOneLine(text) ? text : string.Join(' ', Plain(text).Split(['\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Text with its line breaks as single feeds, and no other control characters. Lone surrogates become the replacement character.</summary>
    public static string Unbroken(string text)
    {
        if (text.AsSpan().IndexOfAny(s_suspicious) < 0)
            return text;

        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || !Rune.IsControl(rune))
                builder.Append(rune);
        }

        return builder.ToString();
    }

    private static bool IsOneLine(ReadOnlySpan<char> text) =>
        text.IndexOfAny('\n', '\t') < 0 && text.IndexOfAny(s_suspicious) < 0 && !text.StartsWith(' ') && !text.EndsWith(' ') && text.IndexOf("  ", StringComparison.Ordinal) < 0;

    private static bool TurnsDirection(int rune) => rune is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
