using System.Text;
using System.Text.Json;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>The rows of hosts' calendars: which are connected, what each is still to be told, and where its events are.</summary>
public sealed class CalendarRows(Ledger ledger, RootKey rootKey, TimeProvider clock)
{
    /// <summary>Fails for a tenant that is gone.</summary>
    public Task Connect(TenantId tenant, Guid host, DateTimeOffset at) => ledger.Execute(
        "insert into calendar_connection (tenant_id, host_id, connected_at) values ($1, $2, $3) on conflict (tenant_id, host_id) do update set connected_at = excluded.connected_at, trouble = null, trouble_since = null",
        tenant.Value, host, at);

    public Task Note(TenantId tenant, Guid host, CalendarTrouble? trouble, DateTimeOffset? since) => ledger.Execute(
        "update calendar_connection set trouble = $3, trouble_since = $4 where tenant_id = $1 and host_id = $2", tenant.Value, host, trouble is null ? DBNull.Value : (short)trouble, since is null ? DBNull.Value : since);

    public Task Disconnect(TenantId tenant, Guid host) => ledger.Execute(
        """
        with connection as (delete from calendar_connection where tenant_id = $1 and host_id = $2), told as (delete from calendar_write where tenant_id = $1 and host_id = $2)
        delete from calendar_event where tenant_id = $1 and host_id = $2
        """,
        tenant.Value, host);

    public async Task<(int Waiting, int Parked, string? LastError)> Standing(TenantId tenant, Guid host) => (await ledger.Read(
        """
        select count(*) filter (where not parked), count(*) filter (where parked), (array_agg(last_error order by parked desc, due_at desc) filter (where last_error is not null))[1]
        from calendar_write where tenant_id = $1 and host_id = $2
        """,
        row => ((int)row.GetInt64(0), (int)row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2)),
        tenant.Value, host))[0];

    /// <summary>Has everything written that waits, what was given up too.</summary>
    public Task Again(TenantId tenant, Guid host) =>
        ledger.Execute("update calendar_write set parked = false, attempts = 0, due_at = $3 where tenant_id = $1 and host_id = $2", tenant.Value, host, clock.GetUtcNow());

    /// <summary>What is due, of each appointment the newest only: that is the one that counts.</summary>
    public Task<List<DueWrite>> Due(TenantId tenant, Guid host, int most) => ledger.Read(
        """
        select w.appointment_id, w.sequence, w.body, w.attempts, e.calendar, e.sequence from (
            select distinct on (appointment_id) * from calendar_write where tenant_id = $1 and host_id = $2 order by appointment_id, sequence desc
        ) w left join calendar_event e using (tenant_id, host_id, appointment_id)
        where not w.parked and w.due_at <= $3 order by w.due_at, w.appointment_id limit $4
        """,
        row => new DueWrite(
            row.GetInt32(1), row.GetInt32(3),
            JsonSerializer.Deserialize<CalendarWrite>(rootKey.Unwrap(row.GetFieldValue<byte[]>(2), CalendarOutbox.Row(tenant.Value, host, row.GetGuid(0), row.GetInt32(1)))) ?? throw new JsonException("An event is empty."),
            row.IsDBNull(4) ? null : Encoding.UTF8.GetString(rootKey.Unwrap(row.GetFieldValue<byte[]>(4), EventRow(tenant, host, row.GetGuid(0)))),
            row.IsDBNull(5) ? null : row.GetInt32(5)),
        tenant.Value, host, clock.GetUtcNow(), most);

    /// <summary>Notes where the event is going to be, before it may be there.</summary>
    public Task Place(CalendarWrite write, string calendar) => ledger.Execute(
        "insert into calendar_event (tenant_id, host_id, appointment_id, calendar, sequence) values ($1, $2, $3, $4, -1) on conflict (tenant_id, host_id, appointment_id) do update set calendar = excluded.calendar, sequence = -1",
        write.Tenant.Value, write.Host, write.Appointment, rootKey.Wrap(Encoding.UTF8.GetBytes(calendar), EventRow(write.Tenant, write.Host, write.Appointment)));

    /// <summary>The calendar has it: this, and so whatever came before.</summary>
    public Task Written(CalendarWrite write) => ledger.Execute(
        $"""
        with told as (delete from calendar_write where tenant_id = $1 and host_id = $2 and appointment_id = $3 and sequence <= $4)
        {(write.Kind == CalendarWriteKind.Put ? "update calendar_event set sequence = $4" : "delete from calendar_event")} where tenant_id = $1 and host_id = $2 and appointment_id = $3
        """,
        write.Tenant.Value, write.Host, write.Appointment, write.Sequence);

    /// <summary>It did not get there. What came before it counts no more all the same.</summary>
    /// <param name="due">Null for one that is given up.</param>
    public Task Failed(CalendarWrite write, DateTimeOffset? due, string error) => ledger.Execute(
        """
        with older as (delete from calendar_write where tenant_id = $1 and host_id = $2 and appointment_id = $3 and sequence < $4)
        update calendar_write set attempts = attempts + 1, due_at = coalesce($5, due_at), parked = $6, last_error = $7 where tenant_id = $1 and host_id = $2 and appointment_id = $3 and sequence = $4
        """,
        write.Tenant.Value, write.Host, write.Appointment, write.Sequence, due is null ? DBNull.Value : due, due is null, error);

    /// <summary>Leaves a calendar alone until then.</summary>
    public Task Pause(TenantId tenant, Guid host, DateTimeOffset until) =>
        ledger.Execute("update calendar_write set due_at = $3 where tenant_id = $1 and host_id = $2 and due_at < $3 and not parked", tenant.Value, host, until);

    private static string EventRow(TenantId tenant, Guid host, Guid appointment) => $"calendar_event/{tenant}/{host:n}/{appointment:n}";
}

/// <param name="Calendar">Where the event is, or may be.</param>
/// <param name="Written">The newest sequence that is certainly there.</param>
public sealed record DueWrite(int Sequence, int Attempts, CalendarWrite Write, string? Calendar, int? Written);
