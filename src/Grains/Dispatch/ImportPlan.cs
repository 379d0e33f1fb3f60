using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>What a file would do to a list as it is, row by row.</summary>
/// <param name="Renamed">Rows whose name changes: in the middle of it two may have one name.</param>
internal sealed record ImportPlan(
    ListKind Kind, int Unchanged, ImmutableArray<object> Added, ImmutableArray<object> Changed, ImmutableArray<Guid> Renamed, ImmutableArray<string> Ignored, ImmutableArray<ImportProblem> Problems, int ProblemCount,
    ImmutableArray<ImportChange> Changes, ImmutableArray<string> NewNames)
{
    private const int MostChanges = 50;
    private const int MostNames = 20;
    private const int MostProblems = 100;

    public static ImportPlan Of(ListKind kind, ReadOnlySpan<byte> file, DirectorySnapshot directory, DateTimeOffset now) => kind switch
    {
        ListKind.Vendors => Of(kind, new VendorImport(), VendorImport.Read(file), directory.Vendors.All, now),
        ListKind.Subjects => Of(kind, new SubjectImport(directory), SubjectImport.Read(file), directory.Subjects.All, now),
        ListKind.Categories => Of(kind, new CategoryImport(directory), CategoryImport.Read(file), directory.Categories, now),
        ListKind.Rules => Of(kind, new RuleImport(directory), RuleImport.Read(file), directory.Rules.All, now),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static ImportPlan Of<T>(ListKind kind, IListImport<T> list, ImportSheet sheet, IEnumerable<T> existing, DateTimeOffset now) where T : class
    {
        var byId = existing.ToDictionary(list.Id);
        var byKey = byId.Values.GroupBy(list.Key).ToDictionary(same => same.Key, same => same.First());
        var (lines, outcomes) = (new Dictionary<Guid, int>(), new List<(ImportRow Row, T? Before, T After)>());
        var (unchanged, problemsBefore) = (0, 0);
        foreach (var row in sheet.Rows)
        {
            problemsBefore = sheet.ProblemCount;
            var (id, before) = Match(row, list, byId, byKey);
            var after = sheet.ProblemCount > problemsBefore ? null : list.Read(row, before, id ?? (before is null ? Guid.CreateVersion7(now) : list.Id(before)));
            if (after is null)
                continue;
            if (!lines.TryAdd(list.Id(after), row.Line))
                row.Problem(null, $"Line {lines[list.Id(after)]} is about the same one. Keep one of the two.");
            else if (before is not null && list.Fields(before).SequenceEqual(list.Fields(after)))
                unchanged++;
            else if (Checked(sheet, list, row, after))
                outcomes.Add((row, before, after));
        }

        Collide(list, byId, outcomes, lines);
        var (added, changed) = (outcomes.Where(o => o.Before is null).ToArray(), outcomes.Where(o => o.Before is not null).ToArray());
        return new ImportPlan(
            kind, unchanged, [.. added.Select(o => o.After)], [.. changed.Select(o => o.After)], [.. changed.Where(o => list.Key(o.Before!) != list.Key(o.After)).Select(o => list.Id(o.After))], [.. sheet.Ignored],
            [.. sheet.Problems.OrderBy(problem => problem.Line).Take(MostProblems)], sheet.ProblemCount,
            [.. changed.Take(MostChanges).Select(o => new ImportChange(o.Row.Line, list.Name(o.Before!), Differences(list.Fields(o.Before!), list.Fields(o.After))))], [.. added.Take(MostNames).Select(o => list.Name(o.After))]);
    }

    private static (Guid? Id, T? Before) Match<T>(ImportRow row, IListImport<T> list, Dictionary<Guid, T> byId, Dictionary<string, T> byKey) where T : class
    {
        Guid? id = null;
        if (row.Raw(DirectoryCsv.Id)?.Trim() is { Length: > 0 } typed)
        {
            if (!Guid.TryParse(typed, out var parsed) || parsed == Guid.Empty)
                row.Problem(DirectoryCsv.Id, "This is no id of ours. Leave the cell empty: then the name says which one is meant.");
            else if (byId.TryGetValue(parsed, out var known))
                return (parsed, known);
            else
                id = parsed;
        }

        return list.KeyOf(row) is { } key && byKey.TryGetValue(key, out var named) ? (list.Id(named), named) : (id, null);
    }

    private static bool Checked<T>(ImportSheet sheet, IListImport<T> list, ImportRow row, T after) where T : class
    {
        var before = sheet.ProblemCount;
        list.Check(row, after);
        return sheet.ProblemCount == before;
    }

    // No two may have one name once all is done. Those that do not change are not to blame.
    private static void Collide<T>(IListImport<T> list, Dictionary<Guid, T> existing, List<(ImportRow Row, T? Before, T After)> outcomes, Dictionary<Guid, int> lines) where T : class
    {
        var names = existing.Values.ExceptBy(outcomes.Select(o => list.Id(o.After)), list.Id).GroupBy(list.Key).ToDictionary(same => same.Key, same => list.Id(same.First()));
        foreach (var (row, _, after) in outcomes)
        {
            if (!names.TryAdd(list.Key(after), list.Id(after)))
                row.Problem(null, lines.TryGetValue(names[list.Key(after)], out var line) ? $"Line {line} has this name too. {list.Apart}" : $"There is another with this name. {list.Apart}");
        }
    }

    private static ImmutableArray<FieldChange> Differences(IEnumerable<(string Column, string Text)> before, IEnumerable<(string Column, string Text)> after) =>
        [.. before.Zip(after).Where(pair => pair.First.Text != pair.Second.Text).Select(pair => new FieldChange(pair.First.Column, pair.First.Text, pair.Second.Text))];
}

/// <summary>How the rows of one list are read from a file.</summary>
internal interface IListImport<T>
{
    /// <summary>What to do about two of one name.</summary>
    string Apart { get; }

    Guid Id(T item);

    /// <summary>What no two may share.</summary>
    string Key(T item);

    string Name(T item);

    /// <summary>Everything a file can say of it, as text.</summary>
    ImmutableArray<(string Column, string Text)> Fields(T item);

    /// <summary>Whom the row is about when it does not say the id; null when it cannot be told.</summary>
    string? KeyOf(ImportRow row);

    /// <summary>Null when a cell cannot be read, and then the row has a problem.</summary>
    T? Read(ImportRow row, T? before, Guid id);

    /// <summary>Whether what is new or changes is fit to be kept.</summary>
    void Check(ImportRow row, T item);
}
