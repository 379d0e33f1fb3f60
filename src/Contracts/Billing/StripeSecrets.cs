using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Billing;

/// <summary>What Stripe's webhooks are signed with: one secret, or two while one takes over from the other.</summary>
public sealed class StripeSecrets
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Prefix = "whsec_";
    private const int MostSignatures = 16;

    private readonly ImmutableArray<byte[]> _keys;

    private StripeSecrets(ImmutableArray<byte[]> keys) => _keys = keys;

    /// <param name="text">Several are separated by a space or a comma.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out StripeSecrets? secrets)
    {
        var words = (text ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // The whole of it is the key, with what it begins with.
        secrets = words.Length > 0 && words.All(word => word.StartsWith(Prefix, StringComparison.Ordinal) && word.Length > Prefix.Length)
            ? new StripeSecrets([.. words.Select(Encoding.UTF8.GetBytes)])
            : null;
        return secrets is not null;
    }

    /// <summary>Whether one of the signatures is right for these very bytes, and was made no longer than five minutes from now.</summary>
    /// <param name="header"><c>t=…,v1=…</c>, with any number of signatures.</param>
    public bool AreOf(string header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var parts = header.Split(',').Select(part => part.Trim().Split('=', 2)).Where(part => part.Length == 2).ToArray();
        if (parts.Where(part => part[0] == "t").ToArray() is not [[_, var timestamp]] || !IsAbout(timestamp, now))
            return false;

        var start = Encoding.UTF8.GetBytes($"{timestamp}.");
        var signed = new byte[start.Length + body.Length];
        start.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(start.Length));
        var signatures = parts.Where(part => part[0] == "v1").Take(MostSignatures).Select(part => part[1]).ToArray();
        var isRight = false;
        foreach (var key in _keys)
        {
            var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(key, signed)));
            // To the end, whichever is right: how long it takes tells nothing.
            foreach (var signature in signatures)
                isRight |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected);
        }

        return isRight;
    }

    private static bool IsAbout(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        // By the whole second, as it is signed: five minutes and a half second are five minutes.
        && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= (long)Tolerance.TotalSeconds;
}
