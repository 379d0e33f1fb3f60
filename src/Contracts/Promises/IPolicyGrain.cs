namespace Backsoon.Promises;

/// <summary>The policy that is in force.</summary>
/// <remarks>Key: <c>policy/current</c>.</remarks>
[Alias("promises.policy-in-force")]
public interface IPolicyGrain : IGrainWithStringKey
{
    public const string Key = "policy/current";

    /// <summary>As of now; every process asks once a minute.</summary>
    [ReadOnly, Alias("read")]
    Task<Policy> Read();
}
