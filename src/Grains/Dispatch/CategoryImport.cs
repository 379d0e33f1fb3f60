using System.Collections.Immutable;
using System.Globalization;

namespace Backsoon.Dispatch;

internal sealed class CategoryImport(DirectorySnapshot directory) : IListImport<Category>
{
    // A new one without a place comes after all others.
    private int _next = directory.Categories.IsEmpty ? 0 : directory.Categories.Max(category => category.Position) + 1;

    public string Apart => "Two categories cannot have one name.";

    public static ImportSheet Read(ReadOnlySpan<byte> file) => ImportSheet.Read(
        file, [(DirectoryCsv.Name, ["Category"]), (DirectoryCsv.Urgent, []), (DirectoryCsv.Order, ["Position"]), (DirectoryCsv.Active, []), (DirectoryCsv.Id, [])], DirectoryCsv.Name);

    public Guid Id(Category item) => item.Id;

    public string Key(Category item) => item.Name.ToLowerInvariant();

    public string Name(Category item) => item.Name;

    public ImmutableArray<(string Column, string Text)> Fields(Category item) =>
    [
        (DirectoryCsv.Name, item.Name), (DirectoryCsv.Urgent, DirectoryCsv.YesNo(item.Urgent)), (DirectoryCsv.Order, item.Position.ToString(CultureInfo.InvariantCulture)), (DirectoryCsv.Active, DirectoryCsv.YesNo(item.Active)),
    ];

    public string? KeyOf(ImportRow row) => row.Text(DirectoryCsv.Name, "").ToLowerInvariant();

    public Category? Read(ImportRow row, Category? before, Guid id)
    {
        var position = before?.Position ?? -1;
        if (row.Raw(DirectoryCsv.Order)?.Trim() is { Length: > 0 } typed && typed != position.ToString(CultureInfo.InvariantCulture)
            && (!int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out position) || position > 1_000_000))
        {
            row.Problem(DirectoryCsv.Order, "Write a whole number, like 3; the smallest comes first.");
            return null;
        }

        if (position < 0 && before is null)
            position = _next++;
        return new Category(id, row.Text(DirectoryCsv.Name, before?.Name ?? ""), row.YesNo(DirectoryCsv.Urgent, before?.Urgent ?? false), row.YesNo(DirectoryCsv.Active, before?.Active ?? true), position);
    }

    public void Check(ImportRow row, Category item) => row.Need(DirectoryCsv.Name, item.Name, DirectoryLimits.CategoryName);
}
