using System.Collections.Immutable;
using System.Text;

namespace Backsoon.Dispatch;

/// <summary>Reads CSV as people's programs write it: comma, semicolon or tab, any line ends, quotes where somebody thought of them.</summary>
public static class CsvReader
{
    private static readonly char[] s_separators = [',', ';', '\t'];

    /// <summary>Null for bytes that are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text is [Csv.ByteOrderMark, ..] ? text[1..] : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Rows in order, without their apostrophes; rows with nothing in them are passed over.</summary>
    /// <exception cref="FormatException">A quote is never closed; the message is the line where it was opened.</exception>
    public static IEnumerable<CsvRow> Read(string text)
    {
        var (separator, at, line) = (SeparatorOf(text), 0, 1);
        // Excel's own way to say how cells are parted.
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 4 && EndOfLine(text, 0) == 5)
        {
            (separator, at) = (text[4], 5);
            SkipLineEnd(text, ref at);
            line++;
        }

        var (cells, cell) = (ImmutableArray.CreateBuilder<string>(), new StringBuilder());
        while (at < text.Length)
        {
            var first = line;
            for (var more = true; more;)
            {
                ReadCell(text, separator, cell.Clear(), ref at, ref line);
                cells.Add(Csv.Plain(cell.ToString()));
                more = at < text.Length && text[at] == separator;
                if (more)
                    at++;
            }

            if (SkipLineEnd(text, ref at))
                line++;
            var row = new CsvRow(first, cells.ToImmutable());
            cells.Clear();
            if (row.Cells.Any(value => !string.IsNullOrWhiteSpace(value)))
                yield return row;
        }
    }

    private static void ReadCell(string text, char separator, StringBuilder cell, ref int at, ref int line)
    {
        if (at < text.Length && text[at] == '"')
        {
            var opened = line;
            for (at++; ; at++)
            {
                if (at >= text.Length)
                    throw new FormatException(opened.ToString());
                if (text[at] == '"')
                {
                    if (at + 1 >= text.Length || text[at + 1] != '"')
                        break;
                    at++;
                }
                else if (text[at] == '\n' || text[at] == '\r' && (at + 1 >= text.Length || text[at + 1] != '\n'))
                {
                    line++;
                }

                cell.Append(text[at]);
            }

            at++;
        }

        // Without quotes, or after them: as it stands.
        while (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'))
            cell.Append(text[at++]);
    }

    private static bool SkipLineEnd(string text, ref int at)
    {
        if (at >= text.Length || text[at] is not ('\r' or '\n'))
            return false;
        at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
        return true;
    }

    private static char SeparatorOf(string text)
    {
        var header = text.AsSpan(0, EndOfLine(text, 0));
        var best = s_separators[0];
        foreach (var separator in s_separators)
        {
            if (header.Count(separator) > header.Count(best))
                best = separator;
        }

        return best;
    }

    private static int EndOfLine(string text, int from) => text.AsSpan(from).IndexOfAny('\r', '\n') is >= 0 and var end ? from + end : text.Length;
}

/// <param name="Line">Where it begins.</param>
public sealed record CsvRow(int Line, ImmutableArray<string> Cells);
