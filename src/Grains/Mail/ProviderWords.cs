using System.Text.RegularExpressions;

namespace Backsoon.Mail;

/// <summary>What a mail server or provider says goes into the ledger and the log, where no address belongs; servers like to repeat the one they refuse.</summary>
public static partial class ProviderWords
{
    public static string Discreet(string words) => HeaderText.From(Address().Replace(words, "…@…")).Value;

    [GeneratedRegex(@"[^\s<>@]+@[^\s<>@]+")]
    private static partial Regex Address();
}
