using System.Security.Cryptography;

namespace Backsoon.Accounts;

/// <summary>HMAC-SHA256 (RFC 2104) under the few keys of the ring. To set a key up takes three times as long as the texts signed here, so each thread keeps those it used.</summary>
internal static class KeyedHash
{
    // The ring's keys and its pseudonym; more only while one takes over from another.
    private const int MostKept = 8;

    [ThreadStatic]
    private static Dictionary<byte[], IncrementalHash>? s_kept;

    /// <param name="mac">32 bytes.</param>
    public static void Write(byte[] key, ReadOnlySpan<byte> text, Span<byte> mac)
    {
        var kept = s_kept ??= new Dictionary<byte[], IncrementalHash>(ReferenceEqualityComparer.Instance);
        if (!kept.TryGetValue(key, out var hash))
        {
            if (kept.Count == MostKept)
                Forget(kept);
            kept[key] = hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        }

        hash.AppendData(text);
        hash.GetHashAndReset(mac);
    }

    private static void Forget(Dictionary<byte[], IncrementalHash> kept)
    {
        foreach (var hash in kept.Values)
            hash.Dispose();
        kept.Clear();
    }
}
