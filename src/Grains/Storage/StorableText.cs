using System.Text;

namespace Backsoon.Storage;

/// <summary>What PostgreSQL can hold of what a stranger typed: everything but NUL and halves of surrogate pairs, up to a length.</summary>
public static class StorableText
{
    public static string From(string text, int most)
    {
        var length = Math.Min(text.Length, most);
        if (length < text.Length && length > 0 && char.IsHighSurrogate(text[length - 1]))
            length--;
        var cut = text.AsSpan(0, length);
        if (!NeedsRepair(cut))
            return length == text.Length ? text : cut.ToString();

        var builder = new StringBuilder(length);
        // Halves come out of the enumeration as U+FFFD.
        foreach (var rune in cut.EnumerateRunes())
        {
            if (rune.Value != 0)
                builder.Append(rune.ToString());
        }

        return builder.ToString();
    }

    private static bool NeedsRepair(ReadOnlySpan<char> text) => text.Contains('\0') || text.ContainsAnyInRange('\uD800', '\uDFFF');
}
