namespace Backsoon.Tenants;

/// <summary>A time in which the owner is away. Whether it is now is decided by comparing instants whenever somebody asks.</summary>
/// <param name="Until">When they are back; null when they have not said.</param>
/// <param name="Text">What callers read; null for nothing but the day of return.</param>
/// <param name="StandIn">The vendor who is asked before the owner would be.</param>
/// <param name="HoldsRoutine">Whether routine requests wait for the return, which is known then.</param>
[GenerateSerializer, Immutable, Alias("tenants.absence")]
public sealed record Absence(Guid Id, DateTimeOffset From, DateTimeOffset? Until, string? Text, Guid? StandIn, bool HoldsRoutine)
{
    public const int MostKept = 20;

    public bool Covers(DateTimeOffset at) => From <= at && !(Until <= at);

    public bool IsOver(DateTimeOffset at) => Until <= at;
}

[Alias("tenants.absence-outcome")]
public enum AbsenceOutcome
{
    Saved,
    /// <summary>Another one covers some of the same time.</summary>
    Overlaps,
    TooMany,
    /// <summary>It has ended, or the tenant is gone.</summary>
    Gone,
}
