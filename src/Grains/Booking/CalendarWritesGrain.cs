using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Booking;

[GrainType("calendar-writes")]
public sealed class CalendarWritesGrain(Ledger ledger, TimeProvider clock, ILogger<CalendarWritesGrain> log) : Grain, ICalendarWritesGrain, IRemindable
{
    private const string Wake = "wake";
    private const int Batch = 256;
    private const int AtOnce = 16;

    // Those of calendars that do not let us in wait for their reconnection.
    private const string Due = "from calendar_write w join calendar_connection c using (tenant_id, host_id) where not w.parked and c.trouble is distinct from 1";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_breath = TimeSpan.FromSeconds(1);

    private IGrainTimer? _timer;
    private bool _poked;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _timer = this.RegisterGrainTimer(_ => Sweep(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        return Task.CompletedTask;
    }

    public async Task Start()
    {
        await this.RegisterOrUpdateReminder(Wake, s_minute, s_minute);
        await Poke();
    }

    public Task Poke()
    {
        _poked = true;
        _timer!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Poke();

    // What fails stays; the reminder comes back to it.
    private async Task Sweep()
    {
        while (_poked)
        {
            _poked = false;
            // Of a host who was disconnected while an appointment was being made.
            await ledger.Execute("delete from calendar_write w where not exists (select from calendar_connection c where c.tenant_id = w.tenant_id and c.host_id = w.host_id)");
            var due = await ledger.Read($"select w.tenant_id, w.host_id {Due} and w.due_at <= $1 group by 1, 2 order by min(w.due_at) limit {Batch}", row => (Tenant: new TenantId(row.GetString(0)), Host: row.GetGuid(1)), clock.GetUtcNow());
            foreach (var together in due.Chunk(AtOnce))
                await Task.WhenAll(together.Select(calendar => Deliver(calendar.Tenant, calendar.Host)));
        }

        var next = await ledger.Read($"select min(w.due_at) {Due}", row => row.IsDBNull(0) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(0));
        // Whoever poked while that was read does not wait for what is due next: the timer rings at once already.
        if (!_poked && next is [{ } at])
            Rest(at - clock.GetUtcNow());
    }

    // What is due after the next reminder is that one's business.
    private void Rest(TimeSpan wait)
    {
        if (wait >= s_minute)
            return;
        _poked = true;
        _timer!.Change(wait > s_breath ? wait : s_breath, Timeout.InfiniteTimeSpan);
    }

    private async Task Deliver(TenantId tenant, Guid host)
    {
        try
        {
            await GrainFactory.For(tenant).Calendar(host).Deliver();
        }
        catch (Exception failure)
        {
            // The others must not wait for it.
            log.LogWarning("The calendar of a host of {Tenant} was not written to: {Reason}", tenant, failure.Message);
        }
    }
}
