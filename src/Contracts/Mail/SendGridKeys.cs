using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Mail;

/// <summary>The public keys that SendGrid's event webhooks are proven by: one, or two while one takes over from the other.</summary>
public sealed class SendGridKeys
{
    /// <summary>Nothing is promised of a report that is repeated, for up to a day, being signed anew; that each is kept once is what makes an old one harmless.</summary>
    public static readonly TimeSpan LongestAgo = TimeSpan.FromHours(25);

    private const int P256 = 256;

    private readonly ImmutableArray<byte[]> _keys;

    private SendGridKeys(ImmutableArray<byte[]> keys) => _keys = keys;

    /// <param name="text">As SendGrid shows it, base64 without line breaks; or as a PEM file has it. Several are separated by a comma.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SendGridKeys? keys)
    {
        keys = null;
        var read = ImmutableArray.CreateBuilder<byte[]>();
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var bare = word.Replace("-----BEGIN PUBLIC KEY-----", "", StringComparison.Ordinal).Replace("-----END PUBLIC KEY-----", "", StringComparison.Ordinal).Replace("\\n", "", StringComparison.Ordinal);
            var key = new byte[bare.Length];
            if (!Convert.TryFromBase64String(bare, key, out var length) || !IsP256(key.AsSpan(0, length)))
                return false;
            read.Add(key[..length]);
        }

        keys = read.Count > 0 ? new SendGridKeys(read.ToImmutable()) : null;
        return keys is not null;
    }

    /// <summary>Whether the signature is right for these very bytes and this time, which is neither long past nor to come.</summary>
    public bool AreOf(string timestamp, string signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var sent = new byte[signature.Length];
        if (!SvixSecrets.IsAbout(timestamp, now, LongestAgo, SvixSecrets.Tolerance) || !Convert.TryFromBase64String(signature, sent, out var length))
            return false;

        var start = Encoding.UTF8.GetBytes(timestamp);
        var signed = new byte[start.Length + body.Length];
        start.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(start.Length));
        foreach (var key in _keys)
        {
            // Not kept: one instance is not for several callers at once.
            using var verifier = ECDsa.Create();
            verifier.ImportSubjectPublicKeyInfo(key, out _);
            if (verifier.VerifyData(signed, sent.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                return true;
        }

        return false;
    }

    private static bool IsP256(ReadOnlySpan<byte> key)
    {
        try
        {
            using var read = ECDsa.Create();
            read.ImportSubjectPublicKeyInfo(key, out var length);
            return length == key.Length && read.KeySize == P256;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
