namespace Backsoon;

/// <summary>A timer that never rings, however it is set.</summary>
public sealed class Asleep : ITimer
{
    public bool Change(TimeSpan dueTime, TimeSpan period) => true;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
