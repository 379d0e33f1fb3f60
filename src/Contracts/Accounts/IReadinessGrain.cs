namespace Backsoon.Accounts;

/// <summary>Whether the database answers, for load balancers.</summary>
/// <remarks>Key: <c>readiness/database</c>. A stateless worker.</remarks>
[Alias("accounts.readiness")]
public interface IReadinessGrain : IGrainWithStringKey
{
    public const string Key = "readiness/database";

    [ReadOnly, Alias("is-ready")]
    Task<bool> IsReady();
}
