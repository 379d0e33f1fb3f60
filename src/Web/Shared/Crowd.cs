using Backsoon.Operators;
using Backsoon.Tenants;

namespace Backsoon.Shared;

/// <summary>
/// Keeps the door while too many wait for a connection to the database. Whoever came then would wait with the rest, until nobody is answered in time: they are told to
/// come back before anything is begun for them, what is under way is finished, and answers stay quick. A web node of a cluster has no connections, so its door is open.
/// </summary>
public sealed class Crowd(Site site, TimeProvider clock, ILogger<Crowd> log, DatabaseQueue? queue = null)
{
    /// <summary>So many may wait. Ten for each connection: behind a database that answers a few thousand statements a second that is a tenth of one.</summary>
    public const int Most = 240;

    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(1);

    private long _refused;
    private long _said;

    public bool IsFull => queue?.Waiting > Most;

    /// <summary>Lets a request on, or answers 503. Whoever looks after the machine gets in all the same.</summary>
    public Task Pass(HttpContext context, RequestDelegate next)
    {
        if (!IsFull || site.IsConsole(context.Request.Host.Host))
            return next(context);
        Say(Interlocked.Increment(ref _refused));
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    // Once a minute at the most.
    private void Say(long refused)
    {
        var (said, now) = (Volatile.Read(ref _said), clock.GetTimestamp());
        if ((said == 0 || clock.GetElapsedTime(said, now) > s_quiet) && Interlocked.CompareExchange(ref _said, now, said) == said)
            log.LogWarning("More comes than this machine can answer: {Refused} requests were turned away so far, because {Waiting} waited for the database", refused, queue?.Waiting);
    }
}
