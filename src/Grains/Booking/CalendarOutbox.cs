using System.Text.Json;
using Backsoon.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Backsoon.Booking;

/// <summary>Where every event in a host's calendar elsewhere starts: a row that commits with its appointment. Hosts without such a calendar get none.</summary>
public sealed class CalendarOutbox(RootKey rootKey, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>The columns an insert fills, in the order of <see cref="AddTo"/>'s arrays.</summary>
    public const string Columns = "tenant_id, host_id, appointment_id, sequence, body, created_at, due_at";

    /// <summary>To be read from in <c>insert into calendar_write ({Columns}) select * from {Unnest}</c>.</summary>
    public const string Unnest =
        """
        (select told.* from unnest(@calendar_tenant, @calendar_host, @calendar_appointment, @calendar_sequence, @calendar_body, @calendar_at, @calendar_at) as told (tenant, host, appointment, sequence, body, created_at, due_at)
         where exists (select from calendar_connection c where c.tenant_id = told.tenant and c.host_id = told.host)) as calendar_told
        """;

    /// <summary>Adds the parameters that <see cref="Unnest"/> reads, for a statement that writes them together with their cause.</summary>
    public void AddTo(NpgsqlParameterCollection parameters, IReadOnlyList<CalendarWrite> writes)
    {
        var now = clock.GetUtcNow();
        parameters.Add(new("calendar_tenant", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = Each(writes, w => w.Tenant.Value) });
        parameters.Add(new("calendar_host", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = Each(writes, w => w.Host) });
        parameters.Add(new("calendar_appointment", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = Each(writes, w => w.Appointment) });
        parameters.Add(new("calendar_sequence", NpgsqlDbType.Array | NpgsqlDbType.Integer) { Value = Each(writes, w => w.Sequence) });
        parameters.Add(new("calendar_body", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = Each(writes, w => rootKey.Wrap(JsonSerializer.SerializeToUtf8Bytes(w), Row(w.Tenant.Value, w.Host, w.Appointment, w.Sequence))) });
        parameters.Add(new("calendar_at", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { Value = Each(writes, _ => now) });
    }

    /// <summary>Tells the pump that something is due; to be called after the commit.</summary>
    public void Poke() => _ = grains.GetGrain<ICalendarWritesGrain>(ICalendarWritesGrain.Key).Poke();

    /// <summary>Names the row for the root key.</summary>
    internal static string Row(string tenant, Guid host, Guid appointment, int sequence) => $"calendar_write/{tenant}/{host:n}/{appointment:n}/{sequence}";

    private static T[] Each<T>(IReadOnlyList<CalendarWrite> writes, Func<CalendarWrite, T> value) => [.. writes.Select(value)];
}
