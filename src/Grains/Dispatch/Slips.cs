using Npgsql;

namespace Backsoon.Dispatch;

/// <summary>How a request is read for a list.</summary>
internal static class Slips
{
    private const int TextLength = 200;

    public static readonly string Columns = $"d.id, d.reference, d.status, d.urgent, d.subject_label, d.category_name, d.caller_name, left(d.body, {TextLength}), d.received_at, d.closed_at, d.with_name, coalesce(d.answer_by, d.next_at), d.is_test";

    public static Slip Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), (DispatchStatus)row.GetInt16(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7),
        row.GetFieldValue<DateTimeOffset>(8), row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9), row.IsDBNull(10) ? null : row.GetString(10), row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11),
        row.GetBoolean(12));
}
