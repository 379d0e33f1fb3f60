using System.Text.RegularExpressions;

namespace Backsoon.Mail;

/// <summary>The text part of a mail, taken apart into its addresses and what stands between them.</summary>
public static partial class MailText
{
    // Splitting by a group keeps what it caught.
    public static string[] Parts(string text) => Address().Split(text);

    [GeneratedRegex("""(https?://[^\s<>"]+)""")]
    private static partial Regex Address();
}
