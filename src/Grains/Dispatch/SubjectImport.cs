using System.Collections.Immutable;

namespace Backsoon.Dispatch;

internal sealed class SubjectImport(DirectorySnapshot directory) : IListImport<Subject>
{
    private readonly ILookup<string, Subject> _byLabel = directory.Subjects.All.ToLookup(subject => subject.Label.ToLowerInvariant());

    public string Apart => "Add a reference that tells the two apart.";

    public static ImportSheet Read(ReadOnlySpan<byte> file) => ImportSheet.Read(
        file, [(DirectoryCsv.Name, ["Label", "Subject", "Property", "Matter", "Client"]), (DirectoryCsv.Reference, ["Address", "Address or reference", "File number"]), (DirectoryCsv.Active, []), (DirectoryCsv.Id, [])], DirectoryCsv.Name);

    public static string Key(string label, string reference) => $"{label.ToLowerInvariant()}\0{reference.ToLowerInvariant()}";

    public Guid Id(Subject item) => item.Id;

    public string Key(Subject item) => Key(item.Label, item.Reference);

    public string Name(Subject item) => item.Reference.Length == 0 ? item.Label : $"{item.Label} · {item.Reference}";

    public ImmutableArray<(string Column, string Text)> Fields(Subject item) => [(DirectoryCsv.Name, item.Label), (DirectoryCsv.Reference, item.Reference), (DirectoryCsv.Active, DirectoryCsv.YesNo(item.Active))];

    public string? KeyOf(ImportRow row)
    {
        var label = row.Text(DirectoryCsv.Name, "");
        if (row.Has(DirectoryCsv.Reference))
            return Key(label, row.Text(DirectoryCsv.Reference, ""));
        // Without the column the name alone has to say which one is meant.
        Subject[] named = [.. _byLabel[label.ToLowerInvariant()]];
        if (named.Length > 1)
            row.Problem(DirectoryCsv.Name, "Several have this name. Add a column “Reference” that tells them apart.");
        return named is [var one] ? Key(one) : null;
    }

    public Subject? Read(ImportRow row, Subject? before, Guid id) =>
        new(id, row.Text(DirectoryCsv.Name, before?.Label ?? ""), row.Text(DirectoryCsv.Reference, before?.Reference ?? ""), row.YesNo(DirectoryCsv.Active, before?.Active ?? true));

    public void Check(ImportRow row, Subject item)
    {
        row.Need(DirectoryCsv.Name, item.Label, DirectoryLimits.SubjectLabel);
        row.Fit(DirectoryCsv.Reference, item.Reference, DirectoryLimits.SubjectReference);
    }
}
