using System.Diagnostics.Metrics;
using Npgsql;

namespace Backsoon.Shared;

/// <summary>
/// Keeps the door while too many wait for a connection to the database. Whoever came then would wait with the rest, until nobody is answered in time: they are told to
/// come back before anything is begun for them, what is under way is finished, and answers stay quick. A web node of a cluster has no connections, so its door is open.
/// </summary>
public sealed class Crowd : IDisposable
{
    /// <summary>So many may wait. Ten for each connection: behind a database that answers a few thousand statements a second that is a tenth of one.</summary>
    public const int Most = 240;

    // As Npgsql names it: raised while somebody waits, lowered when they have one or give up.
    private const string Waiting = "db.client.connection.npgsql.pending_requests";
    private const string Pool = "db.client.connection.pool.name";

    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(1);

    private readonly MeterListener _listener = new();
    private readonly TimeProvider _clock;
    private readonly ILogger<Crowd> _log;
    private readonly string? _pool;
    private int _waiting;
    private long _refused;
    private long _said;

    public Crowd(IServiceProvider services, TimeProvider clock, ILogger<Crowd> log)
    {
        (_clock, _log, _said) = (clock, log, clock.GetTimestamp());
        // A pool goes by its connection string, which comes without the password.
        _pool = services.GetService<NpgsqlDataSource>()?.ConnectionString;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Name: Waiting, Meter.Name: "Npgsql" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, change, tags, _) => Count(change, tags));
        _listener.Start();
    }

    public bool IsFull => Volatile.Read(ref _waiting) > Most;

    public void Dispose() => _listener.Dispose();

    /// <summary>Lets a request on, or answers 503. Whoever looks after the machine gets in all the same.</summary>
    public Task Pass(HttpContext context, RequestDelegate next, string? consoleHost)
    {
        if (!IsFull || context.Request.Path.Value is "/healthz" or "/readyz" || context.Request.Host.Host.Equals(consoleHost, StringComparison.OrdinalIgnoreCase))
            return next(context);
        Say(Interlocked.Increment(ref _refused));
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private void Count(int change, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == Pool && _pool == (string?)tag.Value)
                Interlocked.Add(ref _waiting, change);
        }
    }

    private void Say(long refused)
    {
        var said = Volatile.Read(ref _said);
        if ((refused == 1 || _clock.GetElapsedTime(said) > s_quiet) && Interlocked.CompareExchange(ref _said, _clock.GetTimestamp(), said) == said)
            _log.LogWarning("More comes than this machine can answer: {Refused} requests were turned away so far, because {Waiting} waited for the database", refused, Volatile.Read(ref _waiting));
    }
}
