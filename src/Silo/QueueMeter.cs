using System.Diagnostics.Metrics;
using Backsoon.Operators;
using Npgsql;

namespace Backsoon;

/// <summary>Counts who waits for a connection of one pool, as Npgsql tells it: raised while somebody waits, lowered when they have one or give up.</summary>
public sealed class QueueMeter : IDisposable
{
    private const string Waiting = "db.client.connection.npgsql.pending_requests";
    private const string Pool = "db.client.connection.pool.name";

    private readonly MeterListener _listener = new();

    public QueueMeter(NpgsqlDataSource source)
    {
        // By this name a pool is measured: it comes without the password.
        var name = source.ConnectionString;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Name: Waiting, Meter.Name: "Npgsql" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, change, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == Pool && name == (string?)tag.Value)
                    Queue.Change(change);
            }
        });
        _listener.Start();
    }

    public DatabaseQueue Queue { get; } = new();

    public void Dispose() => _listener.Dispose();
}
