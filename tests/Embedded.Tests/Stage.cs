using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>Where a test and its grains meet: grains stop at gates that the test opens, and leave word of what they did.</summary>
public sealed class Stage
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();

    public ConcurrentQueue<string> Said { get; } = new();

    public TickStatus LastTick { get; set; }

    public void Say(string what)
    {
        Said.Enqueue(what);
        Of(_reached, what).TrySetResult();
    }

    /// <summary>For grains: waits until the test opens the gate.</summary>
    public Task Gate(string name) => Of(_gates, name).Task;

    public void Open(string name) => Of(_gates, name).TrySetResult();

    /// <summary>For tests: waits until a grain has said so.</summary>
    public Task Heard(string what) => Of(_reached, what).Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);

    private static TaskCompletionSource Of(ConcurrentDictionary<string, TaskCompletionSource> all, string name) =>
        all.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
