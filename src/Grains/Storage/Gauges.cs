using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backsoon.Storage;

/// <summary>Looks from time to time how much waits, where somebody measures it. Every silo tells the same: the largest value is the one.</summary>
public sealed class Gauges(Ledger ledger, TimeProvider clock, ILogger<Gauges> log) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(15);

    // Each by an index that holds nothing else.
    private const string Waiting =
        """
        select (select count(*) from outbox where status = 0 and batch is null),
               (select count(*) from outbox where status = 3),
               (select count(*) from outbox where status = 4),
               coalesce(extract(epoch from $1 - (select min(due_at) from outbox where status = 0 and batch is null)), 0)::float8,
               coalesce(extract(epoch from $1 - (select min(next_at) from dispatch where next_at is not null)), 0)::float8
        """;

    public async Task Look()
    {
        var now = clock.GetUtcNow();
        var seen = (await ledger.Read(Waiting, row => (Queued: row.GetInt64(0), Unknown: row.GetInt64(1), Parked: row.GetInt64(2), Age: row.GetDouble(3), Lateness: row.GetDouble(4)), now))[0];
        Instruments.OutboxMails.Record(seen.Queued, Instruments.Tag("mail.status", "queued"));
        Instruments.OutboxMails.Record(seen.Unknown, Instruments.Tag("mail.status", "unknown"));
        Instruments.OutboxMails.Record(seen.Parked, Instruments.Tag("mail.status", "parked"));
        Instruments.OutboxAge.Record(Math.Max(0, seen.Age));
        Instruments.ChainLateness.Record(Math.Max(0, seen.Lateness));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, clock);
        do
        {
            try
            {
                await Look();
            }
            catch (OrleansException away)
            {
                log.LogWarning("What waits could not be counted: {Reason}", away.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
