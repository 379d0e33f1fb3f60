using System.Collections.Concurrent;

namespace Backsoon;

/// <summary>One thing that people do, and how it went.</summary>
/// <param name="send">Does it once; says in a word or two what went wrong, and null when nothing did.</param>
public sealed class Errand(string name, int weight, Func<Task<string?>> send)
{
    private readonly ConcurrentDictionary<string, int> _errors = new();

    public string Name => name;

    public int Weight => weight;

    public LatencyHistogram Latency { get; private set; } = new();

    public IReadOnlyDictionary<string, int> Errors => _errors;

    public int Failed => _errors.Values.Sum();

    /// <param name="since">When it was meant to begin: what waits behind something slow is slow, too.</param>
    public async Task Run(TimeProvider clock, long since)
    {
        if (await send() is { } error)
            Fail(error);
        else
            Latency.Add(clock.GetElapsedTime(since));
    }

    public void Fail(string error) => _errors.AddOrUpdate(error, 1, (_, count) => count + 1);

    public void Forget()
    {
        Latency = new LatencyHistogram();
        _errors.Clear();
    }
}

/// <summary>Sends when it is time, whether or not earlier ones were answered: people do not wait for each other.</summary>
public static class OpenLoop
{
    // More than this under way is a product that has stopped answering.
    private const int MostUnderWay = 5_000;
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(1);

    /// <returns>How many there were to send, how late this program itself was in sending them, and how long it took until all were answered.</returns>
    public static async Task<(int Sent, LatencyHistogram Lateness, TimeSpan Took)> Run(IReadOnlyList<Errand> errands, double perSecond, TimeSpan length, int seed, TimeProvider clock)
    {
        var lateness = new LatencyHistogram();
        var (sent, underWay) = (0, 0);
        var running = new ConcurrentDictionary<Task, bool>();
        var began = clock.GetTimestamp();
        foreach (var (at, kind) in Arrivals.Of(perSecond, length, [.. errands.Select(errand => errand.Weight)], seed))
        {
            while (clock.GetElapsedTime(began) < at)
                await Task.Delay(s_glance, clock);
            sent++;
            lateness.Add(clock.GetElapsedTime(began) - at);
            if (Volatile.Read(ref underWay) >= MostUnderWay)
            {
                errands[kind].Fail("not sent, too many are unanswered");
                continue;
            }

            Interlocked.Increment(ref underWay);
            var task = Task.Run(() => errands[kind].Run(clock, began + (long)(at.TotalSeconds * clock.TimestampFrequency)));
            running.TryAdd(task, true);
            _ = task.ContinueWith(
                done =>
                {
                    Interlocked.Decrement(ref underWay);
                    // A task that failed stays, and is heard of at the end.
                    if (done.IsCompletedSuccessfully)
                        running.TryRemove(done, out _);
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await Task.WhenAll(running.Keys);
        return (sent, lateness, clock.GetElapsedTime(began));
    }
}
