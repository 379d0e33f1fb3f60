using System.Globalization;
using System.Text;
using Backsoon.Storage;

namespace Backsoon.Operators;

[GrainType("audit"), StatelessWorker]
public sealed class AuditGrain(Ledger ledger, AuditLog audit) : Grain, IAuditGrain
{
    private const int RowsOfAPiece = 1_000;

    public async Task<AuditPage?> Read(string session, Guid? before) => await audit.Admit(session) is null ? null : await Rows(before, IAuditGrain.PageSize);

    public async Task<AuditPiece?> Csv(string session, Guid? before)
    {
        if ((before is null ? await audit.Note(session, OperatorAct.AuditExported, "") : await audit.Admit(session)) is null)
            return null;
        var page = await Rows(before, RowsOfAPiece);
        var text = new StringBuilder();
        if (before is null)
        {
            text.Append(Dispatch.Csv.ByteOrderMark);
            Dispatch.Csv.Append(text, "At (UTC)", "Operator", "What", "About", "Business", "Reason");
        }

        foreach (var row in page.Rows)
            Dispatch.Csv.Append(text, row.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), row.Operator, row.Act.ToString(), row.Subject, row.Tenant, row.Reason);
        return new(Encoding.UTF8.GetBytes(text.ToString()), page.Next);
    }

    // One more than is shown tells whether there are others.
    private async Task<AuditPage> Rows(Guid? before, int take)
    {
        var rows = await ledger.Read(
            "select a.id, a.at, a.operator, a.act, a.subject, l.tenant_id, coalesce(l.reason, '') from audit a left join look l on l.id = a.id where a.id < $1 order by a.id desc limit $2",
            row => new AuditRow(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), (OperatorAct)row.GetInt16(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5), row.GetString(6)),
            before ?? Guid.AllBitsSet, take + 1);
        return rows.Count > take ? new([.. rows[..take]], rows[take - 1].Id) : new([.. rows], null);
    }
}
