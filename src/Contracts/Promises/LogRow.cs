using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backsoon.Promises;

/// <summary>One row of the log of checks.</summary>
/// <param name="Entry">JSON, exactly as it was written.</param>
/// <param name="Previous">The hash of the row before; 64 zeros for the first.</param>
[GenerateSerializer, Immutable, Alias("promises.log-row")]
public sealed record LogRow(long Seq, DateTimeOffset At, string Entry, string Previous, string Hash)
{
    public static readonly string Beginning = new('0', 64);

    public static LogRow After(LogRow? last, DateTimeOffset at, string entry)
    {
        var (seq, previous, second) = ((last?.Seq ?? 0) + 1, last?.Hash ?? Beginning, new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero));
        return new(seq, second, entry, previous, HashOf(seq, second, entry, previous));
    }

    /// <summary>SHA-256 of four lines: the hash before, the number, the time, the entry.</summary>
    public static string HashOf(long seq, DateTimeOffset at, string entry, string previous) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{previous}\n{seq}\n{Say(at)}\n{entry}"))));

    public static string Say(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>The newest row, as it was signed: whoever keeps it can tell later whether anything before it was changed.</summary>
/// <param name="Statement">What is signed, word by word.</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256, DER, base64.</param>
/// <param name="PublicKey">PEM.</param>
[GenerateSerializer, Immutable, Alias("promises.log-head")]
public sealed record LogHead(long Seq, DateTimeOffset At, string Hash, string Statement, string Signature, string PublicKey)
{
    public static string Say(string domain, long seq, DateTimeOffset at, string hash) =>
        string.Create(CultureInfo.InvariantCulture, $"Row {seq} of the log of promises of {domain}, written at {LogRow.Say(at)}, has the hash {hash}.\n");
}
