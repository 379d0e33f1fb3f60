using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Storage;

/// <summary>The one secret that never enters the database: wraps what must not be readable in a copy of it (R44).</summary>
public sealed class RootKey
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    // The first byte of everything wrapped, so that another scheme can follow without guessing.
    private const byte Scheme = 1;

    private readonly byte[] _key;

    public RootKey(byte[] key)
    {
        if (key.Length != 32)
            throw new ArgumentException($"The root key is 32 bytes, not {key.Length}.", nameof(key));
        _key = key;
    }

    /// <summary>Reads <c>BACKSOON_ROOT_KEY</c> (64 hexadecimal digits or base64 of 32 bytes).</summary>
    public static RootKey Parse(string text)
    {
        var trimmed = text.Trim();
        var buffer = new byte[64];
        if (trimmed.Length == 64 && trimmed.All(char.IsAsciiHexDigit))
            return new RootKey(Convert.FromHexString(trimmed));
        if (Convert.TryFromBase64String(trimmed, buffer, out var written) && written == 32)
            return new RootKey(buffer[..32]);
        throw new FormatException("The root key has to be 32 bytes, written as 64 hexadecimal digits or as base64. Make one with: openssl rand -hex 32");
    }

    /// <summary>Tells this key from another, and nothing about it.</summary>
    public string Mark => Convert.ToHexStringLower(HMACSHA256.HashData(_key, "backsoon root key"u8))[..16];

    /// <param name="row">Names the row the value belongs to; a value moved to another row does not unwrap.</param>
    public byte[] Wrap(ReadOnlySpan<byte> plain, string row)
    {
        var wrapped = new byte[1 + NonceSize + TagSize + plain.Length];
        wrapped[0] = Scheme;
        var nonce = wrapped.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, plain, wrapped.AsSpan(1 + NonceSize + TagSize), wrapped.AsSpan(1 + NonceSize, TagSize), Encoding.UTF8.GetBytes(row));
        return wrapped;
    }

    /// <exception cref="CryptographicException">The value was wrapped by another key, for another row, or was changed.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, string row)
    {
        if (wrapped.Length < 1 + NonceSize + TagSize || wrapped[0] != Scheme)
            throw new CryptographicException($"The value of {row} is not one that this version wrapped.");

        var plain = new byte[wrapped.Length - 1 - NonceSize - TagSize];
        using var aes = new AesGcm(_key, TagSize);
        aes.Decrypt(wrapped.Slice(1, NonceSize), wrapped[(1 + NonceSize + TagSize)..], wrapped.Slice(1 + NonceSize, TagSize), plain, Encoding.UTF8.GetBytes(row));
        return plain;
    }
}
