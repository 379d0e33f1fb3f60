using NodaTime;
using Npgsql;

namespace Backsoon.Dispatch;

/// <summary>A request as a row of a CSV file.</summary>
internal sealed record ExportedRequest(
    Guid Id, string Reference, DateTimeOffset ReceivedAt, DispatchStatus Status, bool Urgent, string Category, string? Subject, string? SubjectReference, string Caller, string Phone, string? Email, string Text, string? With,
    DateTimeOffset? ClosedAt, DateTimeOffset? AcceptedAt, bool IsTest)
{
    public static readonly string[] Columns =
        ["Reference", "Received", "Status", "Urgent", "Category", "Subject", "Subject reference", "Caller", "Telephone", "Email", "Text", "With", "Accepted", "Closed", "Test", "Id"];

    public static readonly string Selected =
        "d.id, d.reference, d.received_at, d.status, d.urgent, d.category_name, d.subject_label, d.subject_reference, d.caller_name, d.caller_phone, d.caller_email, d.body, d.with_name, d.closed_at, "
        + $"(select min(e.at) from dispatch_event e where e.tenant_id = d.tenant_id and e.dispatch_id = d.id and e.kind = {(int)DispatchEventKind.Accepted}), d.is_test";

    public static ExportedRequest Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), (DispatchStatus)row.GetInt16(3), row.GetBoolean(4), row.GetString(5), OrNull(row, 6), OrNull(row, 7), row.GetString(8), row.GetString(9), OrNull(row, 10),
        row.GetString(11), OrNull(row, 12), At(row, 13), At(row, 14), row.GetBoolean(15));

    public string?[] Cells(DateTimeZone zone) =>
    [
        Reference, Local(ReceivedAt, zone), Status.Word(), DirectoryCsv.YesNo(Urgent), Category, Subject, SubjectReference, Caller, Phone, Email, Text, With, Local(AcceptedAt, zone), Local(ClosedAt, zone), DirectoryCsv.YesNo(IsTest), Id.ToString("d"),
    ];

    // ISO 8601 with the offset of the place: a wall clock for people that stays an instant for programs.
    private static string? Local(DateTimeOffset? at, DateTimeZone zone) => at is { } instant ? Instant.FromDateTimeOffset(instant).InZone(zone).ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:sszzz") : null;

    private static string? OrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? At(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
