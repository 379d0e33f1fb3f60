using System.Security.Cryptography;

namespace Backsoon.Dispatch;

/// <summary>What a caller can quote over the phone: 30 bits of the id's hash in Crockford's base 32, "4KQ-27X". Two requests may share one; the history then shows both.</summary>
public static class RequestReference
{
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 6;

    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        SHA256.HashData(bytes, hash);
        Span<char> text = stackalloc char[Length + 1];
        for (var i = 0; i < Length; i++)
            text[i < Length / 2 ? i : i + 1] = Letters[hash[i] & 31];
        text[Length / 2] = '-';
        return new string(text);
    }

    /// <summary>The reference that was meant, with small letters, other separators and mistaken letters forgiven; null when it cannot be one.</summary>
    public static string? Read(string typed)
    {
        var plain = typed.ToUpperInvariant().Replace('O', '0').Replace('I', '1').Replace('L', '1').Where(c => c is not (' ' or '-' or '\u2010' or '\u2011' or '\u2013')).ToArray();
        return plain.Length == Length && plain.All(c => Letters.Contains(c)) ? $"{new string(plain, 0, Length / 2)}-{new string(plain, Length / 2, Length / 2)}" : null;
    }
}
