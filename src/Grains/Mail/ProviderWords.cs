using System.Text.RegularExpressions;

namespace Backsoon.Mail;

/// <summary>What a mail server or provider says goes into the ledger and the log, where no address belongs; servers like to repeat the one they refuse.</summary>
public static partial class ProviderWords
{
    public static string Discreet(string words) => HeaderText.From(Address().Replace(words, "…@…")).Value;

    /// <summary>An id as providers make them; null for anything else.</summary>
    public static string? Id(string? id) => id is { Length: > 0 and <= 200 } && id.All(c => c is > ' ' and <= '~') ? id : null;

    [GeneratedRegex(@"[^\s<>@]+@[^\s<>@]+")]
    private static partial Regex Address();
}
