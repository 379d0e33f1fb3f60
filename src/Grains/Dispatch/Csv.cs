using System.Buffers;
using System.Text;

namespace Backsoon.Dispatch;

/// <summary>Rows of RFC 4180, as spreadsheets read them. What one of them would take for a formula is written with an apostrophe in front, and read without.</summary>
public static class Csv
{
    /// <summary>Tells a spreadsheet that UTF-8 follows.</summary>
    public const char ByteOrderMark = '\ufeff';

    private const string NewLine = "\r\n";

    private static readonly SearchValues<char> s_formula = SearchValues.Create("=+-@\t\r\n");

    // A spreadsheet of another country parts by the semicolon, so a cell that has one is quoted too.
    private static readonly SearchValues<char> s_special = SearchValues.Create(",;\"'\t\r\n");

    public static void Append(StringBuilder text, params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                text.Append(',');
            var cell = Defused(cells[i] ?? "");
            if (cell.AsSpan().ContainsAny(s_special) || cell is [' ', ..] or [.., ' '])
                text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            else
                text.Append(cell);
        }

        text.Append(NewLine);
    }

    /// <summary>The cell with an apostrophe in front of what begins like a formula, or begins like a cell that was given one.</summary>
    public static string Defused(string cell) => BeginsLikeFormula(cell) ? $"'{cell}" : cell;

    /// <summary>What <see cref="Defused"/> was given.</summary>
    public static string Plain(string cell) => cell is ['\'', ..] && BeginsLikeFormula(cell) ? cell[1..] : cell;

    private static bool BeginsLikeFormula(ReadOnlySpan<char> cell)
    {
        var bare = cell.TrimStart('\'');
        return !bare.IsEmpty && s_formula.Contains(bare[0]);
    }
}
