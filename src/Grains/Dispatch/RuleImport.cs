using System.Collections.Immutable;

namespace Backsoon.Dispatch;

internal sealed class RuleImport : IListImport<RuleView>
{
    private readonly DirectorySnapshot _directory;
    private readonly ILookup<string, Subject> _subjects;
    private readonly ILookup<string, Category> _categories;
    private readonly ILookup<string, Vendor> _vendors;

    public RuleImport(DirectorySnapshot directory)
    {
        _directory = directory;
        _subjects = directory.Subjects.All.ToLookup(subject => Folded(subject.Label));
        _categories = directory.Categories.ToLookup(category => Folded(category.Name));
        _vendors = directory.Vendors.All.ToLookup(vendor => Folded(vendor.Name));
    }

    public string Apart => "One rule says who is asked for the same requests.";

    public static ImportSheet Read(ReadOnlySpan<byte> file) => ImportSheet.Read(
        file, [(DirectoryCsv.Subject, ["Property", "Matter", "Client"]), (DirectoryCsv.SubjectReference, ["Reference"]), (DirectoryCsv.Category, []), (DirectoryCsv.Asks, ["Vendors", "Ask"]), (DirectoryCsv.Id, [])], DirectoryCsv.Asks);

    public Guid Id(RuleView item) => item.Rule.Id;

    public string Key(RuleView item) => Key(item.Rule.Subject, item.Rule.Category);

    public string Name(RuleView item) => $"{item.SubjectLabel ?? "Anything"}, {item.CategoryName ?? "any category"}";

    public ImmutableArray<(string Column, string Text)> Fields(RuleView item)
    {
        var subject = item.Rule.Subject is { } id && _directory.Subjects.TryGet(id, out var found) ? found : null;
        return [.. DirectoryCsv.Columns(ListKind.Rules).Zip(DirectoryCsv.Cells(item, subject), (column, cell) => (column, cell ?? "")).Where(field => field.Item1 != DirectoryCsv.Id)];
    }

    public string? KeyOf(ImportRow row) => Target(row, null) is { } target ? Key(target.Subject?.Id, target.Category?.Id) : null;

    public RuleView? Read(ImportRow row, RuleView? before, Guid id)
    {
        if (Target(row, before) is not { } target || row.Raw(DirectoryCsv.Asks) is not { } asks)
            return null;
        var chain = ChainText.Read(asks);
        var (vendors, problem) = (new Dictionary<string, Vendor>(), chain.Problem);
        foreach (var name in chain.Steps.SelectMany(step => step.Vendors).Distinct())
        {
            if (Exactly(_vendors[Folded(name)], vendor => vendor.Name, name) is { } vendor)
                vendors.Add(name, vendor);
            else
                problem ??= $"Nobody in your directory is called “{name}”. Import the vendors first, or correct the name.";
        }

        if (problem is not null)
        {
            row.Problem(DirectoryCsv.Asks, problem);
            return null;
        }

        ImmutableArray<RuleStep> steps = [.. chain.Steps.Select(step => new RuleStep([.. step.Vendors.Select(name => vendors[name].Id)], step.Wait, step.Start, step.CountsDuty))];
        return new RuleView(new Rule(id, target.Subject?.Id, target.Category?.Id, steps, chain.Repeat), target.Subject?.Label, target.Category?.Name, [.. vendors.Values.DistinctBy(vendor => vendor.Id)]);
    }

    public void Check(ImportRow row, RuleView item)
    {
        var steps = item.Rule.Steps;
        if (steps.Length > Rule.MaxSteps || steps.Any(step => step.Vendors.Length > Rule.MaxTogether))
            row.Problem(DirectoryCsv.Asks, $"A rule has at most {Rule.MaxSteps} steps, and asks at most {Rule.MaxTogether} at once.");
        if (item.Rule.Repeat is < 1 or > Rule.MaxRepeat)
            row.Problem(DirectoryCsv.Asks, $"All of it can be done from 1 to {Rule.MaxRepeat} times.");
        if (steps.Any(step => step.Wait < Rule.MinWait || step.Wait > Rule.MaxWait))
            row.Problem(DirectoryCsv.Asks, "A vendor can have from 1 minute to 7 days.");
        if (steps.Sum(step => step.Vendors.Length) > steps.SelectMany(step => step.Vendors).Distinct().Count())
            row.Problem(DirectoryCsv.Asks, "Somebody is asked twice. To ask everybody again, write “x 2” at the end.");
    }

    // A rule without the columns is for anything; an existing one keeps what the file does not say.
    private (Subject? Subject, Category? Category)? Target(ImportRow row, RuleView? before)
    {
        var subject = before?.Rule.Subject is { } kept && _directory.Subjects.TryGet(kept, out var known) ? known : null;
        var category = before?.Rule.Category is { } old && _directory.TryGetCategory(old, out var had) ? had : null;
        if (row.Raw(DirectoryCsv.Subject) is { } label && (label != (subject?.Label ?? "") || row.Raw(DirectoryCsv.SubjectReference) is { } other && other != (subject?.Reference ?? "")))
        {
            subject = label.Trim().Length == 0 ? null : FindSubject(row, label);
            if (subject is null && label.Trim().Length > 0)
                return null;
        }

        if (row.Raw(DirectoryCsv.Category) is { } name && name != (category?.Name ?? ""))
        {
            category = name.Trim().Length == 0 ? null : Exactly(_categories[Folded(name)], c => c.Name, name);
            if (category is null && name.Trim().Length > 0)
            {
                row.Problem(DirectoryCsv.Category, $"There is no category “{name.Trim()}”. Add it first, or correct the name.");
                return null;
            }
        }

        return (subject, category);
    }

    private Subject? FindSubject(ImportRow row, string label)
    {
        Subject[] named = [.. _subjects[Folded(label)]];
        if (row.Raw(DirectoryCsv.SubjectReference) is { } reference && (named.Length > 1 || reference.Trim().Length > 0))
            named = [.. named.Where(subject => Folded(subject.Reference) == Folded(reference))];
        if (named.Length > 1 && Array.Find(named, subject => subject.Label == label && subject.Reference == (row.Raw(DirectoryCsv.SubjectReference) ?? "")) is { } same)
            return same;
        if (named is not [var one])
        {
            row.Problem(DirectoryCsv.Subject, named.Length == 0 ? $"Nothing in your directory is called “{label.Trim()}” with this reference. Add it first, or correct the name." : "Several have this name. Say in the column “Subject reference” which one.");
            return null;
        }

        return one;
    }

    private static T? Exactly<T>(IEnumerable<T> folded, Func<T, string> name, string typed) where T : class
    {
        T[] found = [.. folded];
        return Array.Find(found, item => name(item) == typed) ?? found.FirstOrDefault();
    }

    private static string Key(Guid? subject, Guid? category) => $"{subject}/{category}";

    private static string Folded(string text) => text.Trim().ToLowerInvariant();
}
