using System.Collections.Immutable;
using System.Text;

namespace Backsoon.Mail;

/// <summary>A mail in the words of RFC 5322 and MIME: headers in ASCII, a text and an HTML part in quoted-printable, lines of at most 78 characters.</summary>
public static class MimeMessage
{
    private const int LineLength = 76;
    // 52 characters of base64: with "=?utf-8?B?", "?=" and the longest header name before it, a line stays below 76.
    private const int BytesPerWord = 39;
    private const int LongestWord = 60;

    /// <summary>Tells other machines that no person wrote this, so that none answers (RFC 3834).</summary>
    public static readonly ImmutableDictionary<string, string> Automatic = ImmutableDictionary.CreateRange(
        [KeyValuePair.Create("Auto-Submitted", "auto-generated"), KeyValuePair.Create("X-Auto-Response-Suppress", "All")]);

    /// <summary>The same, and for mails that nobody has to get how a mail program ends them for its reader (RFC 8058).</summary>
    public static SortedDictionary<string, string> HeadersOf(RenderedMail mail)
    {
        var headers = new SortedDictionary<string, string>(Automatic);
        if (mail.Unsubscribe is { } url)
            (headers["List-Unsubscribe"], headers["List-Unsubscribe-Post"]) = ($"<{url}>", "List-Unsubscribe=One-Click");
        return headers;
    }

    public static byte[] Of(RenderedMail mail, DateTimeOffset date)
    {
        var boundary = $"=_{mail.Id:n}";
        var message = new StringBuilder(mail.Html.Length + mail.Text.Length + 2048);
        message.Append($"Date: {date.ToUniversalTime():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n");
        message.Append($"Message-ID: <{mail.Id:n}@{mail.From.Address.Domain}>\r\n");
        message.Append($"From: {Phrase(mail.From.Name)}\r\n <{mail.From.Address}>\r\n");
        message.Append($"To: <{mail.To}>\r\n");
        if (mail.ReplyTo is { } replyTo)
            message.Append($"Reply-To: <{replyTo}>\r\n");
        message.Append($"Subject: {Unstructured(mail.Subject)}\r\n");
        foreach (var (name, value) in HeadersOf(mail))
            message.Append($"{name}:{(name.Length + value.Length > LineLength ? "\r\n " : " ")}{value}\r\n");
        message.Append($"MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n");
        var parts = new List<(string Type, string Text)> { ("plain; charset=utf-8", mail.Text), ("html; charset=utf-8", mail.Html) };
        // The last of the alternatives is the one a calendar program understands best (RFC 6047).
        if (mail.Calendar is { } calendar)
            parts.Add(($"calendar; charset=utf-8; method={calendar.Method}", calendar.Text));
        foreach (var (type, text) in parts)
            message.Append($"--{boundary}\r\nContent-Type: text/{type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{QuotedPrintable(text)}\r\n");
        message.Append($"--{boundary}--\r\n");
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    /// <summary>A display name before an address: quoted when it is ASCII, encoded words otherwise.</summary>
    private static string Phrase(HeaderText text) =>
        text.Value.Length <= LongestWord && IsPlain(text.Value) ? $"\"{text.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : EncodedWords(text.Value);

    private static string Unstructured(HeaderText text) => IsPlain(text.Value) ? Folded(text.Value) : EncodedWords(text.Value);

    // A word too long for a line can only be broken as encoded words.
    private static bool IsPlain(string text) => text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal) && text.Split(' ').All(word => word.Length <= LongestWord);

    private static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length + 8);
        var length = "Subject: ".Length;
        foreach (var word in text.Split(' '))
        {
            if (folded.Length > 0)
            {
                folded.Append(length + 1 + word.Length > LineLength ? "\r\n " : " ");
                length = length + 1 + word.Length > LineLength ? 1 : length + 1;
            }

            folded.Append(word);
            length += word.Length;
        }

        return folded.ToString();
    }

    private static string EncodedWords(string text)
    {
        var words = new List<string>();
        var bytes = new List<byte>(BytesPerWord);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (bytes.Count + length > BytesPerWord)
                Flush();
            bytes.AddRange(utf8[..length]);
        }

        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=");
            bytes.Clear();
        }
    }

    private static StringBuilder QuotedPrintable(string text)
    {
        var encoded = new StringBuilder(text.Length + text.Length / 8);
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            var bytes = Encoding.UTF8.GetBytes(line);
            var column = 0;
            for (var i = 0; i < bytes.Length; i++)
            {
                var plain = bytes[i] is (>= (byte)'!' and <= (byte)'~' and not (byte)'=') || bytes[i] is (byte)' ' && i < bytes.Length - 1;
                // One column stays free for the soft break.
                if (column + (plain ? 1 : 3) > LineLength - 1)
                {
                    encoded.Append("=\r\n");
                    column = 0;
                }

                if (plain)
                    encoded.Append((char)bytes[i]);
                else
                    encoded.Append('=').Append(bytes[i].ToString("X2"));
                column += plain ? 1 : 3;
            }

            encoded.Append("\r\n");
        }

        return encoded;
    }
}
