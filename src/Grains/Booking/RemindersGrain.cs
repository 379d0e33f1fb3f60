using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Booking;

[GrainType("reminders")]
public sealed class RemindersGrain(Ledger ledger, TimeProvider clock, ILogger<RemindersGrain> log) : Grain, IRemindersGrain, IRemindable
{
    private const string Reminder = "sweep";
    private const int Batch = 256;
    private const int AtOnce = 8;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    // A sweep after a long absence is done in parts, so that nobody who calls this grain waits in vain.
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(15);

    private short Shard => short.Parse(this.GetPrimaryKeyString().AsSpan("reminders/".Length));

    public async Task Start() => await this.RegisterOrUpdateReminder(Reminder, s_minute, s_minute);

    public Task ReceiveReminder(string reminderName, TickStatus status) => Sweep();

    public async Task<int> Sweep()
    {
        var (now, began, reminded) = (clock.GetUtcNow(), clock.GetTimestamp(), 0);
        var last = new Due(DateTimeOffset.UnixEpoch, "", Guid.Empty);
        List<Due> due;
        do
        {
            due = await ledger.Read(
                $"select remind_at, tenant_id, id from appointment where shard = $1 and status = 0 and remind_at <= $2 and (remind_at, tenant_id, id) > ($3, $4, $5) order by remind_at, tenant_id, id limit {Batch}",
                row => new Due(row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetGuid(2)),
                Shard, now, last.At, last.Tenant, last.Id);
            foreach (var together in due.Chunk(AtOnce))
                reminded += (await Task.WhenAll(together.Select(Remind))).Count(done => done);
            if (due.Count > 0)
                last = due[^1];
        }
        while (due.Count == Batch && clock.GetElapsedTime(began) < s_slice);
        return reminded;
    }

    private async Task<bool> Remind(Due due)
    {
        try
        {
            await GrainFactory.For(new TenantId(due.Tenant)).Appointment(due.Id).Remind();
            return true;
        }
        catch (Exception failure)
        {
            // The next sweep finds it again; the others must not wait for it.
            log.LogWarning("Nobody was reminded of appointment {Id}: {Reason}", due.Id, failure.Message);
            return false;
        }
    }

    private sealed record Due(DateTimeOffset At, string Tenant, Guid Id);
}
