using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>The policy that is in force, and one that was announced. An operator who chooses another one changes nothing before its owners have had their notice.</summary>
/// <remarks>Key: <c>policy/current</c>.</remarks>
[Alias("promises.policy-in-force")]
public interface IPolicyGrain : IGrainWithStringKey
{
    public const string Key = "policy/current";

    /// <summary>Compares what the operator chose with what is in force, and announces it when it is another; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Every process asks once a minute.</summary>
    [AlwaysInterleave, Alias("read")]
    Task<PolicyStanding> Read();
}

/// <param name="Next">What was announced; null when nothing was.</param>
/// <param name="ThirdParties">Everybody else who gets to see something.</param>
[GenerateSerializer, Immutable, Alias("promises.policy-standing")]
public sealed record PolicyStanding(Policy InForce, DateTimeOffset Since, Policy? Next, DateTimeOffset NextAt, ImmutableArray<ThirdParty> ThirdParties)
{
    /// <summary>When the next change comes that was announced; null when none was.</summary>
    public DateTimeOffset? ChangesAt(DateTimeOffset now) =>
        ThirdParties.Where(party => !party.IsInvolved(now)).Select(party => party.From).Append(Next is null || IsOver(now) ? null : NextAt).Min();

    public bool IsOver(DateTimeOffset now) => Next is not null && NextAt <= now;

    /// <summary>As of this instant, whoever has noted it yet.</summary>
    public PolicyStanding At(DateTimeOffset now) => IsOver(now) ? this with { InForce = Next!, Since = NextAt, Next = null } : this;
}
