namespace Backsoon.Storage;

/// <summary>A grain with one state. After a write that failed, memory may no longer match storage: the grain goes, and comes back with what was kept.</summary>
public abstract class StoredGrain<TState>(IPersistentState<TState> stored) : Grain
{
    protected TState State => stored.State;

    protected bool Exists => stored.RecordExists;

    protected Task Write() => Keep(stored.WriteStateAsync);

    protected Task Clear() => Keep(stored.ClearStateAsync);

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
