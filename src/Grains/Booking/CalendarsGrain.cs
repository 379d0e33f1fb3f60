using System.Collections.Immutable;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[GrainType("calendars"), StatelessWorker]
public sealed class CalendarsGrain(Ledger ledger, CalendarKeepers keepers) : Grain, ICalendarsGrain
{
    private TenantId Id => new(this.GetPrimaryKeyString()["calendars/".Length..]);

    public async Task<ImmutableArray<TroubledCalendar>> Troubled() => [.. await ledger.Read(
        $"select host_id, trouble, coalesce(trouble_since, connected_at) as since from calendar_connection where tenant_id = $1 {(keepers.Google is null ? "" : "and trouble is not null")} order by since, host_id",
        row => new TroubledCalendar(row.GetGuid(0), keepers.Google is null ? CalendarTrouble.Unasked : (CalendarTrouble)row.GetInt16(1), row.GetFieldValue<DateTimeOffset>(2)),
        Id.Value)];

    public async Task Erase()
    {
        foreach (var host in await ledger.Read("select host_id from calendar_connection where tenant_id = $1", row => row.GetGuid(0), Id.Value))
            await GrainFactory.For(Id).Calendar(host).Erase();
    }
}
