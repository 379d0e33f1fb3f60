using System.Buffers;
using System.Text;

namespace Backsoon.Dispatch;

/// <summary>The fields of a form that somebody sent without being signed in.</summary>
/// <remarks>The framework's own reading takes a thousand fields, keeps files in mind and fails on a NUL; these forms have a dozen fields, and whatever is typed into them is to come back.</remarks>
public sealed class SentFields
{
    private const int Most = 32;
    private const int Usual = 12;
    private static readonly SearchValues<char> s_suspicious = SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7f).Concat(Enumerable.Range(0x80, 0x20)).Concat(Enumerable.Range(0xd800, 0x800)).Select(c => (char)c)]);

    private readonly Dictionary<string, string> _fields = new(Usual);

    /// <summary>As it was sent; empty when it was not.</summary>
    public string this[string name] => _fields.GetValueOrDefault(name, "");

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>One line of text.</summary>
    public string Line(string name) => Clean(this[name], lines: false);

    public string Lines(string name) => Clean(this[name], lines: true);

    /// <summary>The first of a name counts. False when there are more than any form of ours has.</summary>
    public bool Add(string name, string value) => !_fields.TryAdd(name, value) || _fields.Count <= Most;

    /// <summary>Null when this is no such form: more fields than any of ours has, or another content type.</summary>
    public static async Task<SentFields?> Read(HttpRequest request)
    {
        if (request.ContentType is not { } type || !type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return null;

        // The server refuses bodies that are too large while they are read.
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.IsCompleted)
            {
                var fields = Parse(read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray());
                reader.AdvanceTo(read.Buffer.End);
                return fields;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static SentFields? Parse(ReadOnlySpan<byte> body)
    {
        var (sent, isOurs) = (new SentFields(), true);
        var decoded = ArrayPool<byte>.Shared.Rent(body.Length);
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (pair.IsEmpty)
                continue;
            var equals = pair.IndexOf((byte)'=');
            var (name, value) = equals < 0 ? (Decode(pair, decoded), "") : (Decode(pair[..equals], decoded), Decode(pair[(equals + 1)..], decoded));
            isOurs = sent.Add(name, value);
            if (!isOurs)
                break;
        }

        ArrayPool<byte>.Shared.Return(decoded);
        return isOurs ? sent : null;
    }

    private static string Decode(ReadOnlySpan<byte> encoded, byte[] decoded)
    {
        var length = 0;
        for (var at = 0; at < encoded.Length; at++)
        {
            if (encoded[at] == '%' && at + 2 < encoded.Length && Hex(encoded[at + 1]) is var high && high >= 0 && Hex(encoded[at + 2]) is var low && low >= 0)
            {
                decoded[length++] = (byte)(high << 4 | low);
                at += 2;
            }
            else
            {
                decoded[length++] = encoded[at] == '+' ? (byte)' ' : encoded[at];
            }
        }

        return Encoding.UTF8.GetString(decoded.AsSpan(0, length));
    }

    private static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    // What was typed stays as it is, but for what no page, mail or database could carry: control characters and halves of characters.
    private static string Clean(string typed, bool lines)
    {
        if (typed.AsSpan().IndexOfAny(s_suspicious) < 0)
            return typed.Trim();

        var clean = new StringBuilder(typed.Length);
        foreach (var rune in typed.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            if (!Rune.IsControl(rune) || lines && rune.Value is '\n' or '\t')
                clean.Append(rune.ToString());
            else
                clean.Append(lines && rune.Value == '\r' ? '\n' : rune.Value is '\n' or '\t' or '\r' ? ' ' : '\ufffd');
        }

        return clean.ToString().Trim();
    }
}
