using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>A promise that a number can break: what it says, by how much, and what is looked at to see whether it is kept.</summary>
/// <param name="Key">Names its measurement, and stands in the log: never renamed.</param>
/// <param name="Ids">What the policies number it.</param>
/// <param name="Bound">The number, of the policy in force.</param>
/// <param name="Measured">What the measured value is, to stand before "11 of 30 days".</param>
public sealed record CataloguedPromise(string Key, ImmutableArray<string> Ids, string Title, Func<Policy, string> Wording, Func<Policy, TimeSpan> Bound, string Measured)
{
    /// <summary>Whether less than the bound breaks it, as with notice that has to be given.</summary>
    public bool IsLeast { get; init; }

    /// <summary>What there is to say while there is nothing to measure.</summary>
    public string Nothing { get; init; } = "nothing to measure yet";

    public bool IsKept(TimeSpan? measured, TimeSpan bound) => measured is not { } value || (IsLeast ? value >= bound : value <= bound);
}
