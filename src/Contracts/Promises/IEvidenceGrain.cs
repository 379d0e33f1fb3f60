using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>The only writer of the log of checks, in which each row holds the one before it fast, and who signs its newest.</summary>
/// <remarks>Key: <c>evidence/all</c>.</remarks>
[Alias("promises.evidence")]
public interface IEvidenceGrain : IGrainWithStringKey
{
    public const string Key = "evidence/all";
    public const int MostRows = 500;

    /// <summary>Adds a row and signs it. When somebody else added one meanwhile, it follows that one.</summary>
    [Alias("append")]
    Task<LogHead> Append(string entry);

    /// <summary>Rows after this one, oldest first, at most <see cref="MostRows"/>.</summary>
    [ReadOnly, Alias("read")]
    Task<ImmutableArray<LogRow>> Read(long after);
}
