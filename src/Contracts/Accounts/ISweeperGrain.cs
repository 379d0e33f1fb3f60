namespace Backsoon.Accounts;

/// <summary>Forgets where requests came from before that is 30 days old (R13).</summary>
/// <remarks>Key: <c>sweeper/sources</c>.</remarks>
[Alias("accounts.sweeper")]
public interface ISweeperGrain : IGrainWithStringKey
{
    public const string Key = "sweeper/sources";

    /// <summary>Registers the reminder that sweeps once an hour; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Forgets for some seconds at most. True when nothing is left to forget for now.</summary>
    [Alias("sweep")]
    Task<bool> Sweep();
}
