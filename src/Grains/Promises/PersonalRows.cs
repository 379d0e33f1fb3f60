using Backsoon.Booking;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>Finds what belongs to one person in one business, and to nobody else.</summary>
public sealed class PersonalRows(Ledger ledger, TimeProvider clock)
{
    /// <summary>In short, as they and the business see it.</summary>
    public async Task<KeptData> Of(TenantId tenant, DataSubject person)
    {
        var (requestCount, appointmentCount) = (0L, 0L);
        var requests = await ledger.Read(
            $"""
            select d.id, d.reference, d.received_at, d.category_name, d.status, d.closed_at is null, (select count(*) from photo p where p.tenant_id = d.tenant_id and p.dispatch_id = d.id and p.attached), count(*) over ()
            from dispatch d where d.tenant_id = $1 and {Requests(person)} order by d.received_at desc, d.id desc limit {KeptData.MostListed}
            """,
            row =>
            {
                requestCount = row.GetInt64(7);
                return new KeptRequest(row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3), (DispatchStatus)row.GetInt16(4), row.GetBoolean(5), (int)row.GetInt64(6));
            },
            tenant.Value, Value(person));
        var appointments = person.Email is null ? [] : await ledger.Read(
            $"select id, reference, service_name, starts_at, status, status = 0 and ends_at > $3, count(*) over () from appointment where tenant_id = $1 and lower(guest_email) = $2 order by starts_at desc, id desc limit {KeptData.MostListed}",
            row =>
            {
                appointmentCount = row.GetInt64(6);
                return new KeptAppointment(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), (AppointmentStatus)row.GetInt16(4), row.GetBoolean(5));
            },
            tenant.Value, Value(person), clock.GetUtcNow());
        var vendors = person.Email is null ? [] : await ledger.Read(
            """
            select v.id, v.name, v.email, v.phone, v.active, (select count(distinct e.dispatch_id) from dispatch_event e where e.tenant_id = v.tenant_id and e.vendor_id = v.id and e.kind = 1)
            from vendor v where v.tenant_id = $1 and lower(v.email) = $2 order by v.id
            """,
            row => new KeptVendor(row.GetGuid(0), row.GetString(1), EmailAddress.Parse(row.GetString(2)), row.IsDBNull(3) ? null : row.GetString(3), row.GetBoolean(4), (int)row.GetInt64(5)),
            tenant.Value, Value(person));
        return new KeptData([.. requests], (int)requestCount, [.. appointments], (int)appointmentCount, [.. vendors]);
    }

    /// <summary>Requests until an instant, each with what mails about it have in them.</summary>
    public Task<List<(Guid Id, string Reference, string Phone)>> RequestsOf(TenantId tenant, DataSubject person, DateTimeOffset until) => ledger.Read(
        $"select d.id, d.reference, d.caller_phone from dispatch d where d.tenant_id = $1 and {Requests(person)} and d.received_at <= $3 order by d.id", row => (row.GetGuid(0), row.GetString(1), row.GetString(2)), tenant.Value, Value(person), until);

    public async Task<List<(Guid Id, string Reference)>> AppointmentsOf(TenantId tenant, DataSubject person, DateTimeOffset until) => person.Email is null ? [] : await ledger.Read(
        "select id, reference from appointment where tenant_id = $1 and lower(guest_email) = $2 and booked_at <= $3 order by id", row => (row.GetGuid(0), row.GetString(1)), tenant.Value, Value(person), until);

    /// <summary>Vendors who were written down until an instant, which their ids say.</summary>
    public async Task<List<Guid>> VendorsOf(TenantId tenant, DataSubject person, DateTimeOffset until) => person.Email is null ? []
        : [.. (await ledger.Read("select id from vendor where tenant_id = $1 and lower(email) = $2 order by id", row => row.GetGuid(0), tenant.Value, Value(person))).Where(id => MadeAt(id) <= until)];

    /// <summary>Requests whose plan names a vendor.</summary>
    public Task<List<Guid>> Naming(TenantId tenant, Guid vendor, Guid after, int most) => ledger.Read(
        "select id from dispatch where tenant_id = $1 and id > $2 and plan::text like $3 order by id limit $4", row => row.GetGuid(0), tenant.Value, after, $"%{vendor:D}%", most);

    /// <summary>Requests and appointments whose person went, and that a crash kept from being closed.</summary>
    public async Task<(List<Guid> Requests, List<Guid> Appointments)> LeftOpen(TenantId tenant) => (
        await ledger.Read("select id from dispatch where tenant_id = $1 and closed_at is null and caller_name = $2 and caller_phone = ''", row => row.GetGuid(0), tenant.Value, Removed.Name),
        await ledger.Read("select id from appointment where tenant_id = $1 and status = 0 and guest_name = $2 and guest_email is null and guest_phone is null and ends_at > $3", row => row.GetGuid(0), tenant.Value, Removed.Name, clock.GetUtcNow()));

    /// <summary>When an id of version 7 was made; one of another version was always there.</summary>
    public static DateTimeOffset MadeAt(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return id.Version == 7 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16)) : DateTimeOffset.MinValue;
    }

    private static string Requests(DataSubject person) => person.Email is null ? $"d.id = $2 and d.caller_email is null and not (d.caller_name = '{Removed.Name}' and d.caller_phone = '')" : "lower(d.caller_email) = $2";

    private static object Value(DataSubject person) => person.Email is { } email ? email.Canonical : person.Dispatch ?? throw new ArgumentException("This is nobody.", nameof(person));
}
