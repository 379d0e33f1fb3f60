namespace Backsoon.Tenants;

/// <summary>The article of a noun that somebody typed: "a property", "an apartment".</summary>
public static class Article
{
    // Sounds decide, not letters.
    private static readonly string[] s_soundLikeYouOrOne = ["eu", "one", "once", "uni", "use", "usu", "ute", "uti"];
    private static readonly string[] s_silent = ["heir", "honest", "honour", "honor", "hour"];

    /// <summary>"a" or "an".</summary>
    public static string Of(string noun)
    {
        var word = noun.TrimStart().ToLowerInvariant();
        var isVowel = word is ['a' or 'e' or 'i' or 'o' or 'u', ..] && !Begins(word, s_soundLikeYouOrOne) || Begins(word, s_silent);
        return isVowel ? "an" : "a";
    }

    /// <summary>"an apartment".</summary>
    public static string With(string noun) => $"{Of(noun)} {noun}";

    private static bool Begins(string word, string[] beginnings) => Array.Exists(beginnings, beginning => word.StartsWith(beginning, StringComparison.Ordinal));
}
