namespace Backsoon.Dispatch;

/// <summary>The sums of PNG (ISO/IEC 15948, annex D) and of zlib (RFC 1950).</summary>
internal static class Crc32
{
    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (sum, _) => (sum & 1) == 1 ? 0xEDB88320 ^ sum >> 1 : sum >> 1))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
            sum = s_table[(sum ^ one) & 0xFF] ^ sum >> 8;
        return ~sum;
    }
}

internal struct Adler32()
{
    private const uint Modulus = 65521;

    // So many bytes fit before the second sum leaves 32 bits.
    private const int Most = 5552;

    private uint _first = 1;
    private uint _second;

    public readonly uint Value => _second << 16 | _first;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, Most)];
            foreach (var one in part)
            {
                _first += one;
                _second += _first;
            }

            (_first, _second) = (_first % Modulus, _second % Modulus);
            bytes = bytes[part.Length..];
        }
    }
}
