namespace Backsoon.Accounts;

/// <summary>Where to go after signing in: a path of this host and nothing that any browser could take for another one.</summary>
public static class NextPage
{
    private const int MaxLength = 1024;

    /// <summary>The path, or the board.</summary>
    public static string Of(string? next) => IsOwn(next) ? next! : "/";

    // Browsers drop tabs and line breaks, and read a backslash as a slash; so what is not plainly one of our paths is none.
    private static bool IsOwn(string? next) =>
        next is ['/', ..] and not ['/', '/', ..] && next.Length <= MaxLength && next.All(c => c is > ' ' and <= '~' and not '\\') && !next.StartsWith("/sign-", StringComparison.Ordinal);
}
