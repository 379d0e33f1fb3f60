using Microsoft.AspNetCore.WebUtilities;

namespace Backsoon.Dispatch;

/// <summary>Which page of a list of the directory is asked for, and the addresses of others.</summary>
public sealed record DirectoryList(string Path, string Words, Guid? After, bool ActiveOnly)
{
    public const int PageSize = 50;
    public const int LongestWords = 200;
    private const int MostNames = 10;

    public bool IsFirst => After is null;

    public bool IsFiltered => Words.Length > 0 || ActiveOnly;

    public PageRequest Request => new(Words, After, PageSize, !ActiveOnly);

    /// <summary>False when the address was not made here.</summary>
    public static bool TryRead(HttpContext context, out DirectoryList list)
    {
        var query = context.Request.Query;
        var words = query["q"] is [{ } typed, ..] ? typed.Trim() : "";
        Guid id = default;
        var after = query["after"] is [{ Length: > 0 } sent, ..] ? sent : null;
        list = new DirectoryList(context.Request.Path, words.Length <= LongestWords ? words : words[..LongestWords], after is not null && Guid.TryParse(after, out id) ? id : null, query["active"] == "yes");
        return after is null || id != default;
    }

    public string Address(Guid? after = null) => Address(Path, after);

    /// <summary>All that fits, as a file.</summary>
    public string ExportAddress => Address($"{Path}/export.csv", null);

    private string Address(string path, Guid? after) => QueryHelpers.AddQueryString(
        path, new Dictionary<string, string?> { ["q"] = Words, ["active"] = ActiveOnly ? "yes" : null, ["after"] = after?.ToString() }.Where(part => !string.IsNullOrEmpty(part.Value)));

    /// <summary>The names a script offers while one types.</summary>
    public static PageRequest Names(string? words) => new((words ?? "").Trim() is { Length: <= LongestWords } typed ? typed : "", null, MostNames, false);
}
