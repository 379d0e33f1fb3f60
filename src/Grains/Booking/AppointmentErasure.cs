using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon.Booking;

/// <summary>Takes the guest out of the row of an appointment, and their entry out of the host's calendar elsewhere.</summary>
public sealed class AppointmentErasure(NpgsqlDataSource database, Ledger ledger, CalendarOutbox calendars)
{
    private const string WithoutGuest =
        $"""
        with gone as (
            update appointment set guest_name = @name, guest_email = null, guest_phone = null, guest_note = null, guest_zone = host_zone, answers = '[]', fingerprint = '\x', cancel_note = null, owner_note = null, remind_at = null,
                guest_calendar = 0, sequence = sequence + 1, version = version + 1
            where tenant_id = @tenant and id = @id
        ), waiting as (
            delete from calendar_write where tenant_id = @tenant and appointment_id = @id
        )
        insert into calendar_write ({CalendarOutbox.Columns}) select * from {CalendarOutbox.Unnest}
        """;

    public async Task Guest(TenantId tenant, Appointment appointment)
    {
        var hosts = await ledger.Read("select host_id from calendar_event where tenant_id = $1 and appointment_id = $2", row => row.GetGuid(0), tenant.Value, appointment.Id);
        var nobodys = appointment with { Guest = new Guest(Removed.Name, null, null, null, [], appointment.HostZoneId), Sequence = appointment.Sequence + 1 };
        await Ledger.Ask(async () =>
        {
            await using var command = database.CreateCommand(WithoutGuest);
            command.Parameters.AddRange((NpgsqlParameter[])[new("tenant", tenant.Value), new("id", appointment.Id), new("name", Removed.Name)]);
            calendars.AddTo(command.Parameters, [.. hosts.Select(host => CalendarWrite.Delete(tenant, nobodys, host))]);
            return await command.ExecuteNonQueryAsync();
        });
        if (hosts.Count > 0)
            calendars.Poke();
    }
}
