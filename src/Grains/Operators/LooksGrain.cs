using Backsoon.Storage;

namespace Backsoon.Operators;

[GrainType("looks"), StatelessWorker]
public sealed class LooksGrain(Ledger ledger) : Grain, ILooksGrain
{
    public async Task<LooksPage> List(Guid? before)
    {
        var looks = await ledger.Read(
            "select id, at, operator, act, reason from look where tenant_id = $1 and id < $2 order by id desc limit $3",
            row => new Look(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), (OperatorAct)row.GetInt16(3), row.GetString(4)),
            this.GetPrimaryKeyString()["looks/".Length..], before ?? Guid.AllBitsSet, IAuditGrain.PageSize + 1);
        return looks.Count > IAuditGrain.PageSize ? new([.. looks[..IAuditGrain.PageSize]], looks[IAuditGrain.PageSize - 1].Id) : new([.. looks], null);
    }
}
