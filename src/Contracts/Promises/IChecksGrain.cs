using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>Measures every promise of the catalogue once an hour, writes what it saw into the log, and alarms the operator of one that is broken.</summary>
/// <remarks>Key: <c>checks/all</c>.</remarks>
[Alias("promises.checks")]
public interface IChecksGrain : IGrainWithStringKey
{
    public const string Key = "checks/all";

    /// <summary>Registers the reminder; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    [Alias("check")]
    Task<PromiseStanding> Check();

    /// <summary>As of the last check, also while one is under way; makes the first one.</summary>
    [AlwaysInterleave, Alias("read")]
    Task<PromiseStanding> Read();
}

/// <summary>How the promises stood when they were looked at last.</summary>
[GenerateSerializer, Immutable, Alias("promises.standing")]
public sealed record PromiseStanding(DateTimeOffset CheckedAt, Policy Policy, ImmutableArray<PromiseValue> Values, LogHead Head);

/// <param name="Measured">Null when there was nothing to measure.</param>
/// <param name="LastBreach">When a check last found it broken.</param>
[GenerateSerializer, Immutable, Alias("promises.value")]
public sealed record PromiseValue(string Key, TimeSpan? Measured, TimeSpan Bound, bool IsKept, DateTimeOffset? LastBreach);
