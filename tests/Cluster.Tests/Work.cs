using System.Diagnostics;

namespace Backsoon;

/// <summary>What is under way in this process: calls that grains answer, and statements of whoever made them.</summary>
internal sealed class Work : IIncomingGrainCallFilter
{
    // Between two statements of one turn there is nothing to be seen.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeProvider s_clock = TimeProvider.System;

    private static long s_underWay;
    private static long s_changedAt;

    static Work() => ActivitySource.AddActivityListener(new ActivityListener
    {
        ShouldListenTo = source => source.Name == "Npgsql",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        ActivityStarted = _ => Begin(),
        ActivityStopped = _ => End(),
    });

    public static bool IsAtRest => Interlocked.Read(ref s_underWay) == 0 && s_clock.GetElapsedTime(Interlocked.Read(ref s_changedAt)) >= s_moment;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Begin();
        try
        {
            await context.Invoke();
        }
        finally
        {
            End();
        }
    }

    private static void Begin()
    {
        Interlocked.Increment(ref s_underWay);
        Interlocked.Exchange(ref s_changedAt, s_clock.GetTimestamp());
    }

    private static void End()
    {
        Interlocked.Exchange(ref s_changedAt, s_clock.GetTimestamp());
        Interlocked.Decrement(ref s_underWay);
    }
}
