using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Backsoon.Embedded;

/// <summary>What the host tells whoever measures it: calls to grains, by method, never by grain. It costs nothing while nobody listens.</summary>
internal static class Instruments
{
    /// <summary>The name of the meter, and of the source of spans.</summary>
    private const string Name = "Backsoon.Embedded";

    private static readonly Meter s_meter = new(Name);
    private static readonly ActivitySource s_spans = new(Name);

    private static readonly Histogram<double> s_calls = s_meter.CreateHistogram(
        "rpc.server.call.duration", "s", "How long grains took to answer calls.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30] });

    private static readonly Histogram<double> s_tardiness = s_meter.CreateHistogram(
        "backsoon.reminder.tardiness", "s", "How late reminders came.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 5, 15, 60, 300, 3600, 86400] });

    public static bool Listening => s_calls.Enabled || s_spans.HasListeners();

    /// <summary>Where a call comes from, for the span of its turn.</summary>
    public static ActivityContext Caller => s_spans.HasListeners() ? Activity.Current?.Context ?? default : default;

    /// <summary>Does what a call asks for, seen by whoever listens.</summary>
    public static async Task<Exception?> Measure(Func<Task<Exception?>> call, string method, ActivityContext caller)
    {
        using var span = s_spans.StartActivity(method, ActivityKind.Server, caller);
        var began = Stopwatch.GetTimestamp();
        var failure = await call();
        var tags = new TagList { { "rpc.system.name", "orleans" }, { "rpc.method", method } };
        if (failure is not null)
        {
            // Its type alone: messages are for logs, which are held to say nothing about anybody, too, but are kept by the operator.
            tags.Add("error.type", failure.GetType().FullName);
            span?.SetStatus(ActivityStatusCode.Error);
        }

        foreach (var (key, value) in tags)
            span?.SetTag(key, value);
        s_calls.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, tags);
        return failure;
    }

    public static void Reminded(TimeSpan late) => s_tardiness.Record(Math.Max(0, late.TotalSeconds));
}
