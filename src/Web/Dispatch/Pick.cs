using System.Collections.Immutable;
using Backsoon.Shared;
using Microsoft.Extensions.Primitives;

namespace Backsoon.Dispatch;

/// <summary>One row of the directory chosen in a form: by id from a list while that is short, else by what was typed of its name.</summary>
/// <param name="Sent">What the form sent: an id, words, or nothing.</param>
/// <param name="Text">The row's name once it is found, else what was typed.</param>
/// <param name="Candidates">The rows that the words fit when they fit several.</param>
public sealed record Pick(string Sent, string Text, Guid? Id, ImmutableArray<Option> Candidates)
{
    public static readonly Pick Nothing = new("", "", null, []);

    public bool IsEmpty => Sent.Length == 0;

    public void Explain(FormErrors errors, string field)
    {
        if (Id is null && !IsEmpty)
            errors.Add(field, Candidates.Length == 0 ? "Nothing in your directory has this name." : "Several have these words. Choose one.");
    }
}

public static class Picks
{
    /// <summary>Up to so many are offered as a list; more are found by typing.</summary>
    public const int MostListed = 100;
    private const int MostCandidates = 20;
    private const int LongestWords = 200;

    public static string Name(Subject subject) => subject.Reference.Length == 0 ? subject.Label : $"{subject.Label} · {subject.Reference}";

    public static Option Option(Subject subject) => new(subject.Id.ToString(), Marked(Name(subject), subject.Active));

    public static Option Option(Vendor vendor) => new(vendor.Id.ToString(), Marked(vendor.Name, vendor.Active));

    /// <summary>What a list offers; empty when there are too many for one.</summary>
    public static async Task<PickList> Subjects(IDirectoryGrain directory, bool includeInactive) =>
        PickList.Of(await directory.Subjects(new PageRequest("", null, MostListed, includeInactive)), Option);

    public static async Task<PickList> Vendors(IDirectoryGrain directory, bool includeInactive) =>
        PickList.Of(await directory.Vendors(new PageRequest("", null, MostListed, includeInactive)), Option);

    public static async Task<Pick> Subject(IDirectoryGrain directory, StringValues sent, bool includeInactive = false) => Read(sent) switch
    {
        "" => Pick.Nothing,
        var text when Guid.TryParse(text, out var id) => await directory.Subject(id) is { } subject ? new Pick(text, Name(subject), id, []) : new Pick(text, "", null, []),
        var text => Match(text, (await directory.Subjects(new PageRequest(text.Replace('·', ' '), null, MostCandidates, includeInactive))).Items, subject => subject.Id, Name, subject => subject.Label, Option),
    };

    public static async Task<Pick> Vendor(IDirectoryGrain directory, StringValues sent, bool includeInactive = false) => Read(sent) switch
    {
        "" => Pick.Nothing,
        var text when Guid.TryParse(text, out var id) => await directory.Vendor(id) is { } vendor ? new Pick(text, vendor.Name, id, []) : new Pick(text, "", null, []),
        var text => Match(text, (await directory.Vendors(new PageRequest(text, null, MostCandidates, includeInactive))).Items, vendor => vendor.Id, vendor => vendor.Name, vendor => vendor.Name, Option),
    };

    public static Pick Category(ImmutableArray<Category> categories, StringValues sent) => Read(sent) switch
    {
        "" => Pick.Nothing,
        var text when Guid.TryParse(text, out var id) && categories.FirstOrDefault(category => category.Id == id) is { } category => new Pick(text, category.Name, id, []),
        var text => new Pick(text, text, null, []),
    };

    private static Pick Match<T>(string text, ImmutableArray<T> found, Func<T, Guid> id, Func<T, string> name, Func<T, string> shortName, Func<T, Option> option) where T : class
    {
        bool Is(string candidate) => string.Equals(candidate, text, StringComparison.OrdinalIgnoreCase);
        T[] whole = [.. found.Where(row => Is(name(row)))];
        T[] named = [.. found.Where(row => Is(shortName(row)))];
        var one = whole is [var exact] ? exact : named is [var called] ? called : found is [var only] ? only : null;
        return one is null ? new Pick(text, text, null, [.. found.Select(option)]) : new Pick(id(one).ToString(), name(one), id(one), []);
    }

    // Of the words and a candidate chosen below them the candidate counts.
    private static string Read(StringValues sent)
    {
        var texts = sent.Select(value => (value ?? "").Trim()).Where(value => value.Length > 0).ToArray();
        var text = texts.FirstOrDefault(value => Guid.TryParse(value, out _)) ?? texts.FirstOrDefault() ?? "";
        return text.Length <= LongestWords ? text : text[..LongestWords];
    }

    private static string Marked(string name, bool active) => active ? name : $"{name} (switched off)";
}

/// <param name="IsListed">False when there are too many to list.</param>
public sealed record PickList(bool IsListed, ImmutableArray<Option> Options)
{
    public static PickList Of<T>(Page<T> page, Func<T, Option> option) => page.Next is null ? new(true, [.. page.Items.Select(option)]) : new(false, []);
}
