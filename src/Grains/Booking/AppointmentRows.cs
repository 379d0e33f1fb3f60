using System.Collections.Immutable;
using System.Text.Json;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Booking;

/// <summary>The rows of appointments: each change is one statement with its mails and what calendars are told, and that is one transaction.</summary>
public sealed class AppointmentRows(NpgsqlDataSource database, Ledger ledger, Outbox outbox, CalendarOutbox calendars)
{
    internal const string Columns =
        """
        id, reference, service_id, service_name, host_id, host_name, host_zone, starts_at, ends_at, status, guest_name, guest_email, guest_phone, guest_note, answers, guest_zone, place_kind, place, price, seat, seats,
        booked_at, booked_by, cancelled_at, cancelled_by, cancel_note, owner_note, change_notice, sequence, version, guest_calendar
        """;

    // The first free seat, and the first free number of the day. Who is too many finds none; who came in the same instant is refused by the constraints.
    private const string Place =
        """
        place as (
            select
                (select min(n) from generate_series(1, @seats) n where not exists (
                    select from appointment o where o.tenant_id = @tenant and o.host_id = @host and o.sitting = @sitting and o.status <> 1 and o.seat = n and o.id <> @id))::smallint as seat,
                (select min(n) from generate_series(1, @cap) n where not exists (
                    select from appointment o where o.tenant_id = @tenant and o.host_id = @host and o.service_id = @service and o.day = @day and o.status <> 1 and o.day_seat = n and o.id <> @id))::smallint as day_seat
            where (select count(*) from appointment o where o.tenant_id = @tenant and o.host_id = @host and o.sitting = @sitting and o.status <> 1 and o.id <> @id) < @seats
                and (@cap is null or (select count(*) from appointment o where o.tenant_id = @tenant and o.host_id = @host and o.service_id = @service and o.day = @day and o.status <> 1 and o.id <> @id) < @cap)
        )
        """;

    private const string Taken =
        $"""
        with {Place}, fresh as (
            insert into appointment (tenant_id, id, reference, host_id, host_name, host_zone, service_id, service_name, place_kind, place, price, starts_at, ends_at, guard_from, guard_until, sitting, seat, seats, day, day_seat,
                guest_name, guest_email, guest_phone, guest_note, guest_zone, answers, fingerprint, booked_at, booked_by, change_notice, remind_at, shard, guest_calendar)
            select @tenant, @id, @reference, @host, @host_name, @host_zone, @service, @service_name, @place_kind, @place, @price, @start, @end, @guard_from, @guard_until, @sitting, place.seat, @seats, @day, place.day_seat,
                @guest_name, @guest_email, @guest_phone, @guest_note, @guest_zone, @answers, @fingerprint, @booked_at, @booked_by, @change_notice, @remind_at, @shard, @guest_calendar
            from place where place.seat is not null and (@cap is null or place.day_seat is not null)
            on conflict do nothing
            returning seat
        ), mail as (
            insert into outbox ({Outbox.Columns}) select m.* from {Outbox.Unnest} as m where exists (select from fresh)
        ), event as (
            insert into appointment_event (tenant_id, appointment_id, number, at, kind, by) select @tenant, @id, 0, @booked_at, 0, @booked_by from fresh
        ), told as (
            insert into calendar_write ({CalendarOutbox.Columns}) select * from {CalendarOutbox.Unnest} where exists (select from fresh)
        )
        select seat from fresh
        """;

    private const string Moved =
        $"""
        with {Place}, moved as (
            update appointment set host_id = @host, host_name = @host_name, host_zone = @host_zone, starts_at = @start, ends_at = @end, guard_from = @guard_from, guard_until = @guard_until, sitting = @sitting, seat = place.seat,
                seats = @seats, day = @day, day_seat = place.day_seat, remind_at = @remind_at, guest_calendar = @guest_calendar,
                sequence = sequence + 1, version = version + 1
            from place where tenant_id = @tenant and id = @id and version = @version and status = 0 and place.seat is not null and (@cap is null or place.day_seat is not null)
            returning appointment.seat, version
        ), mail as (
            insert into outbox ({Outbox.Columns}) select m.* from {Outbox.Unnest} as m where exists (select from moved)
        ), event as (
            insert into appointment_event (tenant_id, appointment_id, number, at, kind, by, from_starts_at, from_ends_at, from_host, to_starts_at, to_ends_at, to_host)
            select @tenant, @id, moved.version, @moved_at, 1, @moved_by, @was_start, @was_end, @was_host, @start, @end, @host_name from moved
        ), told as (
            insert into calendar_write ({CalendarOutbox.Columns}) select * from {CalendarOutbox.Unnest} where exists (select from moved)
        )
        select seat from moved
        """;

    private const string Changed =
        $"""
        with changed as (
            update appointment set status = @status, cancelled_at = @cancelled_at, cancelled_by = @cancelled_by, cancel_note = @cancel_note, owner_note = @owner_note, remind_at = @remind_at, sequence = @sequence,
                guest_calendar = @guest_calendar, version = version + 1
            where tenant_id = @tenant and id = @id and version = @version
            returning id, version
        ), mail as (
            insert into outbox ({Outbox.Columns}) select m.* from {Outbox.Unnest} as m where exists (select from changed)
        ), event as (
            insert into appointment_event (tenant_id, appointment_id, number, at, kind, by) select @tenant, @id, changed.version, @event_at, @event_kind, @event_by from changed where @event_kind is not null
        ), told as (
            insert into calendar_write ({CalendarOutbox.Columns}) select * from {CalendarOutbox.Unnest} where exists (select from changed)
        )
        select count(*) from changed
        """;

    /// <summary>Null when there is no such appointment.</summary>
    public async Task<StoredAppointment?> Read(TenantId tenant, Guid id) =>
        (await ledger.Read($"select {Columns}, fingerprint, remind_at from appointment where tenant_id = $1 and id = $2", row => new StoredAppointment(Of(row), row.GetFieldValue<byte[]>(31), row.IsDBNull(32) ? null : row.GetFieldValue<DateTimeOffset>(32)), tenant.Value, id)).SingleOrDefault();

    internal async Task<ImmutableArray<AppointmentEvent>> History(TenantId tenant, Guid id) => [.. await ledger.Read(
        "select at, kind, by, from_starts_at, from_ends_at, from_host, to_starts_at, to_ends_at, to_host from appointment_event where tenant_id = $1 and appointment_id = $2 order by number",
        row => new AppointmentEvent(row.GetFieldValue<DateTimeOffset>(0), (AppointmentEventKind)row.GetInt16(1), Text(row, 2), row.IsDBNull(3) ? null : new AppointmentMoved(
            row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4), row.GetString(5), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7), row.GetString(8))),
        tenant.Value, id)];

    /// <summary>The seat that was taken; null when there was none, or when this appointment is there already.</summary>
    /// <exception cref="PostgresException">The tenant is gone.</exception>
    internal async Task<int?> Take(TenantId tenant, Appointment appointment, Placement place, byte[] fingerprint, IReadOnlyList<OutgoingMail> mails)
    {
        await using var command = database.CreateCommand(Taken);
        AddTo(command.Parameters, tenant, appointment.Id, place);
        var guest = appointment.Guest;
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new("reference", appointment.Reference), new("service_name", appointment.ServiceName), new("place_kind", (short)appointment.Place.Kind), new("place", appointment.Place.Text), Text("price", appointment.Price),
            new("guest_name", guest.Name), Text("guest_email", guest.Email?.Value), Text("guest_phone", guest.Phone), Text("guest_note", guest.Note), new("guest_zone", guest.ZoneId),
            new("answers", NpgsqlDbType.Json) { Value = JsonSerializer.Serialize(guest.Answers) }, new("fingerprint", fingerprint), new("booked_at", appointment.BookedAt), Text("booked_by", appointment.BookedBy),
            new("change_notice", (int)appointment.ChangeNotice.TotalMinutes), new("shard", ReminderShards.Of(appointment.Id)), Calendar(appointment),
        ]);
        outbox.AddTo(command.Parameters, mails);
        calendars.AddTo(command.Parameters, [CalendarWrite.Put(tenant, appointment)]);
        return Told(await command.ExecuteScalarAsync() is short seat ? seat : null);
    }

    /// <summary>The seat it has now; null when there was none, or when it is of another version.</summary>
    /// <param name="was">What it was before.</param>
    /// <param name="by">Who of the business moves it; null for the guest.</param>
    internal async Task<int?> Move(TenantId tenant, Appointment appointment, Appointment was, Placement place, DateTimeOffset at, string? by, IReadOnlyList<OutgoingMail> mails)
    {
        try
        {
            await using var command = database.CreateCommand(Moved);
            AddTo(command.Parameters, tenant, appointment.Id, place);
            command.Parameters.AddRange((NpgsqlParameter[])
            [
                new("version", appointment.Version), Calendar(appointment), new("moved_at", at), Text("moved_by", by), new("was_start", was.Start), new("was_end", was.End), new("was_host", was.HostName),
            ]);
            outbox.AddTo(command.Parameters, mails);
            calendars.AddTo(command.Parameters, [CalendarWrite.Put(tenant, appointment), .. was.Host == appointment.Host ? [] : new[] { CalendarWrite.Delete(tenant, appointment, was.Host) }]);
            return Told(await command.ExecuteScalarAsync() is short seat ? seat : null);
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.ExclusionViolation or PostgresErrorCodes.UniqueViolation)
        {
            return null;
        }
        catch (NpgsqlException failure)
        {
            throw Ledger.Failed(failure);
        }
    }

    /// <summary>Commits what changed but its time. False when the row is of another version.</summary>
    /// <param name="happened">Null for what is not told as something that happened.</param>
    internal Task<bool> Change(TenantId tenant, Appointment appointment, DateTimeOffset? remindAt, AppointmentEvent? happened, params IReadOnlyList<OutgoingMail> mails) => Ledger.Ask(async () =>
    {
        await using var command = database.CreateCommand(Changed);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new("tenant", tenant.Value), new("id", appointment.Id), new("version", appointment.Version), new("status", (short)appointment.Status), Instant("cancelled_at", appointment.CancelledAt), Text("cancelled_by", appointment.CancelledBy),
            Text("cancel_note", appointment.CancelNote), Text("owner_note", appointment.OwnerNote), Instant("remind_at", remindAt), new("sequence", appointment.Sequence), Calendar(appointment),
            new("event_kind", NpgsqlDbType.Smallint) { Value = happened is null ? DBNull.Value : (short)happened.Kind }, Instant("event_at", happened?.At), Text("event_by", happened?.By),
        ]);
        outbox.AddTo(command.Parameters, mails);
        calendars.AddTo(command.Parameters, appointment.Status == AppointmentStatus.Cancelled ? [CalendarWrite.Delete(tenant, appointment, appointment.Host)] : []);
        return Told((long)(await command.ExecuteScalarAsync())! == 1 ? 1 : null) is not null;
    });

    private int? Told(int? seat)
    {
        if (seat is not null)
            calendars.Poke();
        return seat;
    }

    internal static Appointment Of(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.GetGuid(4), row.GetString(5), row.GetString(6), row.GetFieldValue<DateTimeOffset>(7), row.GetFieldValue<DateTimeOffset>(8), (AppointmentStatus)row.GetInt16(9),
        new Guest(row.GetString(10), Text(row, 11) is { } email ? EmailAddress.Parse(email) : null, Text(row, 12), Text(row, 13), JsonSerializer.Deserialize<ImmutableArray<Answer>>(row.GetString(14)), row.GetString(15)),
        new Place((PlaceKind)row.GetInt16(16), row.GetString(17)), Text(row, 18), row.GetInt16(19), row.GetInt16(20), row.GetFieldValue<DateTimeOffset>(21), Text(row, 22), row.IsDBNull(23) ? null : row.GetFieldValue<DateTimeOffset>(23),
        Text(row, 24), Text(row, 25), Text(row, 26), TimeSpan.FromMinutes(row.GetInt32(27)), row.GetInt32(28), row.GetInt32(29), (GuestCalendar)row.GetInt16(30));

    private static void AddTo(NpgsqlParameterCollection parameters, TenantId tenant, Guid id, Placement place) => parameters.AddRange((NpgsqlParameter[])
    [
        new("tenant", tenant.Value), new("id", id), new("host", place.Host), new("host_name", place.HostName), new("host_zone", place.HostZoneId), new("service", place.Service), new("start", place.Start), new("end", place.End),
        new("guard_from", place.GuardFrom), new("guard_until", place.GuardUntil), new("sitting", place.Sitting), new("seats", NpgsqlDbType.Smallint) { Value = (short)place.Seats }, new("day", place.Day),
        new("cap", NpgsqlDbType.Integer) { Value = (object?)place.DailyCap ?? DBNull.Value }, Instant("remind_at", place.RemindAt),
    ]);

    private static NpgsqlParameter Calendar(Appointment appointment) => new("guest_calendar", NpgsqlDbType.Smallint) { Value = (short)appointment.Calendar };

    private static NpgsqlParameter Text(string name, string? value) => new(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value };

    private static NpgsqlParameter Instant(string name, DateTimeOffset? value) => new(name, NpgsqlDbType.TimestampTz) { Value = (object?)value ?? DBNull.Value };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <param name="Fingerprint">Of the form it was made with.</param>
/// <param name="RemindAt">When its guest is reminded next.</param>
public sealed record StoredAppointment(Appointment Appointment, byte[] Fingerprint, DateTimeOffset? RemindAt);
