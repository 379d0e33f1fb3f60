using System.Collections.Immutable;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>A category as typed.</summary>
/// <param name="Id">Made with an empty form, so that a double click adds one category.</param>
public sealed record CategoryForm(Guid Id, string Name, bool Urgent, bool Active)
{
    public const int LongestName = DirectoryLimits.CategoryName;

    public static CategoryForm New(DateTimeOffset now) => new(Guid.CreateVersion7(now), "", false, true);

    public static CategoryForm Of(Category saved) => new(saved.Id, saved.Name, saved.Urgent, saved.Active);

    public static CategoryForm Of(IFormCollection form, Guid id, bool active) => new(id, form.Line("name"), form.IsChecked("urgent"), active);

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public Category? Read(int position, FormErrors errors)
    {
        errors.Need("name", Name, LongestName, "Type what kind of trouble it is.");
        return errors.Any ? null : new Category(Id, Name, Urgent, Active, position);
    }
}

/// <summary>A category with whom it goes to, whatever the subject.</summary>
public sealed record CategoryRow(Category Category, ImmutableArray<RouteStep> Steps, int Repeat);
