using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Mail;

/// <summary>What webhooks are signed with that come by way of Svix, as Resend's do: one secret, or two while one takes over from the other.</summary>
public sealed class SvixSecrets
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Prefix = "whsec_";
    private const string Version = "v1,";

    private readonly ImmutableArray<byte[]> _keys;

    private SvixSecrets(ImmutableArray<byte[]> keys) => _keys = keys;

    /// <param name="text">Several are separated by a space or a comma.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SvixSecrets? secrets)
    {
        var keys = ImmutableArray.CreateBuilder<byte[]>();
        foreach (var word in (text ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var key = new byte[word.Length];
            if (!word.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(word[Prefix.Length..], key, out var length) || length < 16)
            {
                secrets = null;
                return false;
            }

            keys.Add(key[..length]);
        }

        secrets = keys.Count > 0 ? new SvixSecrets(keys.ToImmutable()) : null;
        return secrets is not null;
    }

    /// <summary>Whether one of the signatures is right for these very bytes, and was made no longer than five minutes from now.</summary>
    public bool AreOf(string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!IsAbout(timestamp, now, Tolerance, Tolerance))
            return false;

        var start = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        var signed = new byte[start.Length + body.Length];
        start.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(start.Length));
        var isRight = false;
        foreach (var key in _keys)
        {
            var expected = HMACSHA256.HashData(key, signed);
            // To the end, whichever is right: how long it takes tells nothing.
            foreach (var signature in signatures.Split(' '))
                isRight |= IsSame(signature, expected);
        }

        return isRight;
    }

    /// <summary>Whether an instant in Unix seconds lies so near.</summary>
    internal static bool IsAbout(string timestamp, DateTimeOffset now, TimeSpan longestAgo, TimeSpan furthestAhead) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        && now - DateTimeOffset.FromUnixTimeSeconds(seconds) is var age && age <= longestAgo && -age <= furthestAhead;

    private static bool IsSame(string signature, byte[] expected)
    {
        Span<byte> sent = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return signature.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(signature[Version.Length..], sent, out var length) && CryptographicOperations.FixedTimeEquals(sent[..length], expected);
    }
}
