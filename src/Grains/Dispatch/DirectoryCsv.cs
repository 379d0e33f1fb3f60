using System.Collections.Immutable;
using System.Globalization;

namespace Backsoon.Dispatch;

/// <summary>The columns of each list in a CSV file, written by an export and read by an import.</summary>
public static class DirectoryCsv
{
    public const string Id = "Id";
    public const string Name = "Name";
    public const string Email = "Email";
    public const string Phone = "Telephone";
    public const string Note = "Note";
    public const string Reference = "Reference";
    public const string Urgent = "Urgent";
    public const string Order = "Order";
    public const string Active = "Active";
    public const string OnDuty = "On duty";
    public const string Subject = "Subject";
    public const string SubjectReference = "Subject reference";
    public const string Category = "Category";
    public const string Asks = "Asks";

    public static ImmutableArray<string> Columns(ListKind kind) => kind switch
    {
        ListKind.Vendors => [Name, Email, Phone, Note, OnDuty, Active, Id],
        ListKind.Subjects => [Name, Reference, Active, Id],
        ListKind.Categories => [Name, Urgent, Order, Active, Id],
        ListKind.Rules => [Subject, SubjectReference, Category, Asks, Id],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string?[] Cells(Vendor vendor) => [vendor.Name, vendor.Email.Value, vendor.Phone, vendor.Note, DutyText.Of(vendor), YesNo(vendor.Active), Text(vendor.Id)];

    public static string?[] Cells(Subject subject) => [subject.Label, subject.Reference, YesNo(subject.Active), Text(subject.Id)];

    public static string?[] Cells(Category category) => [category.Name, YesNo(category.Urgent), category.Position.ToString(CultureInfo.InvariantCulture), YesNo(category.Active), Text(category.Id)];

    public static string?[] Cells(RuleView rule, Subject? subject) =>
        [subject?.Label, subject?.Reference, rule.CategoryName, ChainText.Of(rule), Text(rule.Rule.Id)];

    public static string YesNo(bool value) => value ? "yes" : "no";

    private static string Text(Guid id) => id.ToString("d");
}
