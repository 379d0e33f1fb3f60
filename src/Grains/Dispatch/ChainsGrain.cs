using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Dispatch;

[GrainType("chains")]
public sealed class ChainsGrain(Ledger ledger, TimeProvider clock, ILogger<ChainsGrain> log) : Grain, IChainsGrain, IRemindable
{
    private const string Reminder = "sweep";
    private const int Batch = 256;
    private const int AtOnce = 16;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    // A sweep after a long absence is done in parts, so that nobody who calls this grain waits in vain.
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(15);

    private IGrainTimer? _timer;
    private DateTimeOffset? _expected;
    private DateTimeOffset? _swept;

    private short Shard => short.Parse(this.GetPrimaryKeyString().AsSpan("chains/".Length));

    public async Task Start()
    {
        await this.RegisterOrUpdateReminder(Reminder, s_minute, s_minute);
        Wake(clock.GetUtcNow());
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Sweep();

    public Task Expect(DateTimeOffset at)
    {
        if (!(_expected <= at))
            Wake(at);
        return Task.CompletedTask;
    }

    public async Task<int> Sweep()
    {
        var (now, began, advanced) = (clock.GetUtcNow(), clock.GetTimestamp(), 0);
        _expected = null;
        if (!(_swept <= now))
            await Recount(now);
        _swept = now;
        var last = new Due(DateTimeOffset.UnixEpoch, "", Guid.Empty);
        List<Due> due;
        bool isMore;
        do
        {
            // What is due after the next reminder is that one's business.
            due = await ledger.Read(
                $"select next_at, tenant_id, id from dispatch where shard = $1 and next_at <= $2 and (next_at, tenant_id, id) > ($3, $4, $5) order by next_at, tenant_id, id limit {Batch}",
                row => new Due(row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetGuid(2)),
                Shard, now + Shards.Ahead, last.At, last.Tenant, last.Id);
            foreach (var together in due.TakeWhile(one => one.At <= now).Chunk(AtOnce))
                advanced += (await Task.WhenAll(together.Select(Advance))).Count(done => done);
            isMore = due.Count == Batch && due[^1].At <= now;
            if (due.Count > 0)
                last = due[^1];
        }
        while (isMore && clock.GetElapsedTime(began) < s_slice);

        if (isMore)
            Wake(clock.GetUtcNow());
        else if (due.Find(one => one.At > now) is { } next && !(_expected <= next.At))
            Wake(next.At);
        return advanced;
    }

    // The clock was set back, or may have been while nobody looked: who was asked in what is now the future does not have until it has caught up.
    private async Task Recount(DateTimeOffset now)
    {
        var ahead = await ledger.Read(
            "select next_at, tenant_id, id from dispatch d where shard = $1 and next_at > $2 and exists (select from dispatch_event e where e.tenant_id = d.tenant_id and e.dispatch_id = d.id and e.at > $2)",
            row => new Due(row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetGuid(2)),
            Shard, now);
        foreach (var together in ahead.Chunk(AtOnce))
            await Task.WhenAll(together.Select(Advance));
    }

    private async Task<bool> Advance(Due due)
    {
        try
        {
            await GrainFactory.For(new TenantId(due.Tenant)).Dispatch(due.Id).Advance();
            return true;
        }
        catch (Exception failure)
        {
            // The next sweep finds it again; the others must not wait for it.
            log.LogWarning("Request {Id} was not advanced: {Reason}", due.Id, failure.Message);
            return false;
        }
    }

    private void Wake(DateTimeOffset at)
    {
        _expected = at;
        var wait = at - clock.GetUtcNow();
        if (wait < TimeSpan.Zero)
            wait = TimeSpan.Zero;
        if (_timer is null)
            _timer = this.RegisterGrainTimer(_ => Sweep(), new() { DueTime = wait, Period = Timeout.InfiniteTimeSpan });
        else
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private sealed record Due(DateTimeOffset At, string Tenant, Guid Id);
}
