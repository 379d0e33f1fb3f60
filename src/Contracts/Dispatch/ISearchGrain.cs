namespace Backsoon.Dispatch;

/// <summary>Reads new and changed requests for the search of the history.</summary>
/// <remarks>Key: <c>search/all</c>. A search reads what is new of its own tenant first, so nobody waits for this one; it keeps the rest from piling up.</remarks>
[Alias("dispatch.search")]
public interface ISearchGrain : IGrainWithStringKey
{
    public const string Key = "search/all";

    /// <summary>Registers the reminder that sweeps; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Reads some of what has not been read. Returns how many; 0 when nothing is left.</summary>
    [Alias("sweep")]
    Task<int> Sweep();
}
