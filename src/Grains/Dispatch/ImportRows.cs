using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Files on their way into a list, and what became of them.</summary>
public sealed class ImportRows(Ledger ledger)
{
    public Task Take(TenantId tenant, Guid id, ListKind kind, DateTimeOffset at, int position, byte[] piece) => ledger.Execute(
        """
        with file as (insert into import (tenant_id, id, kind, at) select id, $2, $3, $4 from tenant where id = $1 and erasing_at is null on conflict do nothing)
        insert into import_piece (tenant_id, import_id, position, content) values ($1, $2, $5, $6) on conflict do nothing
        """,
        tenant.Value, id, (short)kind, at, position, piece);

    internal async Task<ImportRecord?> Read(TenantId tenant, Guid id) => (await ledger.Read(
        "select kind, state, refused, added, changed, unchanged from import where tenant_id = $1 and id = $2",
        row => new ImportRecord((ListKind)row.GetInt16(0), (ImportState)row.GetInt16(1), row.GetBoolean(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5)), tenant.Value, id)).SingleOrDefault();

    public async Task<byte[]> File(TenantId tenant, Guid id)
    {
        var pieces = await ledger.Read("select content from import_piece where tenant_id = $1 and import_id = $2 order by position", row => row.GetFieldValue<byte[]>(0), tenant.Value, id);
        var (file, at) = (new byte[pieces.Sum(piece => piece.Length)], 0);
        foreach (var piece in pieces)
        {
            piece.CopyTo(file, at);
            at += piece.Length;
        }

        return file;
    }

    internal Task Begin(TenantId tenant, Guid id, ImportPlan plan) => ledger.Execute(
        "update import set state = $3, refused = false, added = $4, changed = $5, unchanged = $6 where tenant_id = $1 and id = $2 and state = $7",
        tenant.Value, id, (short)ImportState.Importing, plan.Added.Length, plan.Changed.Length, plan.Unchanged, (short)ImportState.Waiting);

    public Task Refuse(TenantId tenant, Guid id) => ledger.Execute("update import set state = $3, refused = true where tenant_id = $1 and id = $2 and state = $4", tenant.Value, id, (short)ImportState.Waiting, (short)ImportState.Importing);

    public Task Finish(TenantId tenant, Guid id) => ledger.Execute("update import set state = $3 where tenant_id = $1 and id = $2 and state = $4", tenant.Value, id, (short)ImportState.Imported, (short)ImportState.Written);
}

internal sealed record ImportRecord(ListKind Kind, ImportState State, bool Refused, int Added, int Changed, int Unchanged);
