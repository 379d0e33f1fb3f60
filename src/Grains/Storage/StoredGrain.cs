namespace Backsoon.Storage;

/// <summary>A grain with one state. After a write that failed, memory may no longer match storage: the grain goes, and comes back with what was kept.</summary>
public abstract class StoredGrain<TState>(IPersistentState<TState> stored) : Grain
{
    protected TState State => stored.State;

    protected bool Exists => stored.RecordExists;

    protected Task Write() => Keep(stored.WriteStateAsync);

    protected Task Clear() => Keep(stored.ClearStateAsync);

    /// <summary>Answers, and stays in memory only if there is anything to it: strangers may ask for any name they like, and each would be kept for a quarter of an hour.</summary>
    protected Task<T> LeavingNothing<T>(T answer)
    {
        if (!Exists)
            DeactivateOnIdle();
        return Task.FromResult(answer);
    }

    private async Task Keep(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
