using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>A file as rows with named columns, and what is wrong with it.</summary>
internal sealed class ImportSheet
{
    private const int MostProblems = 1_000;

    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ImportProblem> _problems = [];
    private int _width;

    public List<ImportRow> Rows { get; } = [];

    public List<string> Ignored { get; } = [];

    public IReadOnlyList<ImportProblem> Problems => _problems;

    public int ProblemCount { get; private set; }

    /// <param name="names">What the columns may be called, the name an export gives them first.</param>
    /// <param name="needed">Columns without which nothing can be read.</param>
    public static ImportSheet Read(ReadOnlySpan<byte> file, ImmutableArray<(string Column, string[] Names)> names, params ReadOnlySpan<string> needed)
    {
        var sheet = new ImportSheet();
        if (CsvReader.Decode(file) is not { } text)
        {
            sheet.Add(1, null, "The file is not in UTF-8. In your spreadsheet choose “CSV UTF-8” when you save it.");
            return sheet;
        }

        try
        {
            foreach (var row in CsvReader.Read(text))
            {
                if (sheet._width == 0)
                    sheet.ReadHeader(row, names);
                else if (sheet.Rows.Count == IImportGrain.MaxRows)
                    sheet.Add(row.Line, null, $"The file has more than {IImportGrain.MaxRows:#,0} rows. Import it in parts.");
                else
                    sheet.ReadRow(row);
                if (sheet.Rows.Count == IImportGrain.MaxRows && sheet.ProblemCount > 0)
                    break;
            }
        }
        catch (FormatException unclosed)
        {
            sheet.Add(int.Parse(unclosed.Message), null, "A quotation mark is opened in this line and never closed. Close it, or write it twice where it belongs to the text.");
        }

        foreach (var column in needed)
        {
            if (sheet.Has(column) || sheet.ProblemCount > 0)
                continue;
            // Without it no row can be understood.
            sheet.Rows.Clear();
            sheet.Add(1, column, $"There is no column “{column}”. The first line has to name the columns.");
        }

        if (sheet.Rows.Count == 0 && sheet.ProblemCount == 0)
            sheet.Add(1, null, "There is nothing below the names of the columns.");
        return sheet;
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    public void Add(int line, string? column, string says)
    {
        ProblemCount++;
        if (_problems.Count < MostProblems)
            _problems.Add(new ImportProblem(line, column, says));
    }

    public string? Cell(ImmutableArray<string> cells, string column) => _columns.TryGetValue(column, out var at) ? at < cells.Length ? cells[at] : "" : null;

    private void ReadHeader(CsvRow row, ImmutableArray<(string Column, string[] Names)> names)
    {
        _width = row.Cells.Length;
        for (var i = 0; i < _width; i++)
        {
            var typed = row.Cells[i].Trim();
            var column = names.FirstOrDefault(known => known.Names.Prepend(known.Column).Contains(typed, StringComparer.OrdinalIgnoreCase)).Column;
            if (column is null && typed.Length > 0)
                Ignored.Add(typed);
            else if (column is not null && !_columns.TryAdd(column, i))
                Add(row.Line, column, $"Two columns are called “{typed}”. Keep one of them.");
        }
    }

    private void ReadRow(CsvRow row)
    {
        if (row.Cells.Skip(_width).Any(cell => cell.Trim().Length > 0))
            Add(row.Line, null, "This row has more cells than there are columns. A text with a comma or semicolon has to stand in quotation marks.");
        Rows.Add(new ImportRow(this, row.Line, row.Cells));
    }
}

internal sealed class ImportRow(ImportSheet sheet, int line, ImmutableArray<string> cells)
{
    public int Line => line;

    /// <summary>Whether the file has the column at all; without it what was there stays.</summary>
    public bool Has(string column) => sheet.Has(column);

    /// <summary>As it stands in the file; null without the column.</summary>
    public string? Raw(string column) => sheet.Cell(cells, column);

    /// <summary>One line of text. What is there already is taken as it is, with whatever spaces it has.</summary>
    public string Text(string column, string before) => Raw(column) is not { } raw || raw == before ? before : string.Concat(raw.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();

    public string Lines(string column, string before) => Raw(column) is not { } raw || raw == before ? before : raw.ReplaceLineEndings("\n").Replace("\0", "", StringComparison.Ordinal).Trim();

    public bool YesNo(string column, bool before)
    {
        switch (Raw(column)?.Trim().ToLowerInvariant())
        {
            case null or "":
                return before;
            case "yes" or "y" or "true" or "1" or "on":
                return true;
            case "no" or "n" or "false" or "0" or "off":
                return false;
            default:
                Problem(column, "Write yes or no.");
                return before;
        }
    }

    public void Problem(string? column, string says) => sheet.Add(line, column, says);

    public void Need(string column, string value, int longest)
    {
        if (value.Length == 0)
            Problem(column, "This cell must not be empty.");
        Fit(column, value, longest);
    }

    public void Fit(string column, string value, int longest)
    {
        if (value.Length > longest)
            Problem(column, $"That is {value.Length} characters; {longest} fit.");
    }
}
