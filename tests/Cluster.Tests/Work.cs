namespace Backsoon;

/// <summary>What grains of one silo are asked and have not answered yet; timers ask theirs as well.</summary>
internal sealed class Work : IIncomingGrainCallFilter
{
    // Between an answer and what is done about it there is nothing to be seen.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeProvider s_clock = TimeProvider.System;

    private long _underWay;
    private long _changedAt;

    public bool IsDone => Interlocked.Read(ref _underWay) == 0 && s_clock.GetElapsedTime(Interlocked.Read(ref _changedAt)) >= s_moment;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Interlocked.Increment(ref _underWay);
        Change();
        try
        {
            await context.Invoke();
        }
        finally
        {
            Change();
            Interlocked.Decrement(ref _underWay);
        }
    }

    private void Change() => Interlocked.Exchange(ref _changedAt, s_clock.GetTimestamp());
}
