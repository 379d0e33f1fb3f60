using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[GrainType("history"), StatelessWorker]
public sealed class HistoryGrain(RequestHistory history) : Grain, IHistoryGrain
{
    private const int MostTaken = 200;

    public async Task<HistoryPage> Read(HistoryFilter filter, HistoryCursor? before, int take)
    {
        var found = await history.Read(new TenantId(this.GetPrimaryKeyString()["history/".Length..]), filter, before, Math.Clamp(take, 1, MostTaken), Slips.Columns, Slips.Read);
        return new HistoryPage([.. found.Rows], found.Next, found.StillReading);
    }
}
