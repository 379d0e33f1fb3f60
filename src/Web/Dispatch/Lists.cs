using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>The lists of the directory as addresses and pages name them.</summary>
public static class Lists
{
    /// <summary>"subjects", whatever the business calls them.</summary>
    public static string Path(ListKind kind) => kind.ToString().ToLowerInvariant();

    public static ListKind? Parse(string path) => Enum.GetValues<ListKind>().Where(kind => Path(kind) == path).Select(kind => (ListKind?)kind).FirstOrDefault();

    /// <summary>"properties", as the business calls them.</summary>
    public static string Word(ListKind kind, Nouns nouns) => kind == ListKind.Subjects ? nouns.Subjects : Path(kind);

    public static string One(ListKind kind, Nouns nouns) => kind switch
    {
        ListKind.Vendors => "vendor",
        ListKind.Subjects => nouns.Subject,
        ListKind.Categories => "category",
        ListKind.Rules => "rule",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static Section Section(ListKind kind) => Enum.Parse<Section>(kind.ToString());
}
