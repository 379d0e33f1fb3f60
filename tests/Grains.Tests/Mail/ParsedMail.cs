using System.Text;
using System.Text.RegularExpressions;

namespace Backsoon.Mail;

/// <summary>A message read the way a strict receiver reads it: anything that is not as RFC 5322 and 2045 to 2047 have it fails the test.</summary>
public sealed partial class ParsedMail
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public ParsedMail(byte[] message)
    {
        Assert.DoesNotContain(message, octet => octet is not ((byte)'\r' or (byte)'\n' or (>= 32 and < 127)));
        var text = Encoding.ASCII.GetString(message);
        Assert.DoesNotContain('\r', text.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.DoesNotContain(text.Split("\r\n"), line => line.Length > 78);

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        foreach (var line in text[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n"))
        {
            var match = Header().Match(line);
            Assert.True(match.Success, line);
            Headers.Add((match.Groups[1].Value, match.Groups[2].Value));
        }

        var boundary = Boundary().Match(this["Content-Type"]).Groups[1].Value;
        var parts = text[(end + 4)..].Split($"--{boundary}");
        Assert.Equal(["", "--\r\n"], [parts[0], parts[^1]]);
        Parts = [.. parts[1..^1].Select(Part)];
    }

    public List<(string Name, string Value)> Headers { get; } = [];

    public IReadOnlyList<(string Type, string Text)> Parts { get; }

    public string this[string name] => Assert.Single(Headers, header => header.Name == name).Value;

    public string Subject => Decode(this["Subject"]);

    public (string Name, string Address) From
    {
        get
        {
            var match = Mailbox().Match(this["From"]);
            Assert.True(match.Success, this["From"]);
            var name = match.Groups[1].Success ? Escaped().Replace(match.Groups[1].Value, "$1") : Decode(match.Groups[2].Value);
            return (name, match.Groups[3].Value);
        }
    }

    private static (string, string) Part(string part)
    {
        var match = PartHead().Match(part);
        Assert.True(match.Success, part[..Math.Min(200, part.Length)]);
        return (match.Groups[1].Value, QuotedPrintable(part[match.Length..^2]));
    }

    private static string Decode(string header)
    {
        if (!header.Contains("=?", StringComparison.Ordinal))
            return header;
        // Nothing stands between encoded words but the folding that a reader drops.
        return string.Concat(header.Split(' ').Select(word =>
        {
            var match = EncodedWord().Match(word);
            Assert.True(match.Success && word.Length <= 75, word);
            return s_strict.GetString(Convert.FromBase64String(match.Groups[1].Value));
        }));
    }

    private static string QuotedPrintable(string text)
    {
        var bytes = new List<byte>();
        foreach (var line in text.Split("\r\n"))
        {
            Assert.False(line.EndsWith(' '), line);
            var soft = line.EndsWith('=');
            for (var i = 0; i < line.Length - (soft ? 1 : 0); i++)
            {
                if (line[i] != '=')
                {
                    bytes.Add((byte)line[i]);
                    continue;
                }

                bytes.Add(Convert.FromHexString(line.AsSpan(i + 1, 2))[0]);
                i += 2;
            }

            if (!soft)
                bytes.Add((byte)'\n');
        }

        return s_strict.GetString([.. bytes]).TrimEnd('\n');
    }

    [GeneratedRegex(@"^([A-Za-z-]+): (.*)$")]
    private static partial Regex Header();

    [GeneratedRegex("^multipart/alternative; boundary=\"([0-9a-zA-Z=_]+)\"$")]
    private static partial Regex Boundary();

    [GeneratedRegex("""^(?:"((?:[^"\\]|\\.)*)"|(=\?[^<>]*\?=)) <([^<>\s]+)>$""")]
    private static partial Regex Mailbox();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"^=\?utf-8\?B\?([A-Za-z0-9+/=]+)\?=$")]
    private static partial Regex EncodedWord();

    [GeneratedRegex("^\r\nContent-Type: text/(plain|html|calendar; charset=utf-8; method=[A-Z]+)(?:; charset=utf-8)?\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")]
    private static partial Regex PartHead();
}
