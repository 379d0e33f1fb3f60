using Backsoon.Storage;

namespace Backsoon.Dispatch;

[GrainType("board")]
public sealed class BoardGrain(Ledger ledger, TimeProvider clock) : Grain, IBoardGrain
{
    private const int MostOpen = 500;
    private const int MostClosed = 200;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_closedFor = TimeSpan.FromDays(1);

    private static readonly string s_open =
        $"select {Slips.Columns}, count(*) over (), count(*) filter (where d.is_test) over () from dispatch d where d.tenant_id = $1 and d.closed_at is null order by d.urgent desc, d.received_at limit {MostOpen}";

    private static readonly string s_closed =
        $"select {Slips.Columns} from dispatch d where d.tenant_id = $1 and d.closed_at >= $2 order by d.closed_at desc limit {MostClosed}";

    // Begins with the clock: whoever waits for a change sees one when the grain has been away.
    private long _version;
    private TaskCompletionSource _changed = NextChange();

    private string Tenant => this.GetPrimaryKeyString()["board/".Length..];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _version = clock.GetUtcNow().Ticks;
        return Task.CompletedTask;
    }

    public Task Changed()
    {
        _version++;
        var changed = _changed;
        _changed = NextChange();
        changed.SetResult();
        return Task.CompletedTask;
    }

    public async Task<long> Wait(long known)
    {
        if (_version != known)
            return _version;
        try
        {
            await _changed.Task.WaitAsync(s_patience, clock);
        }
        catch (TimeoutException)
        {
            // Nothing changed, which is an answer too.
        }

        return _version;
    }

    public async Task<BoardView> Open()
    {
        // Before the rows: a change while they are read is waited for by nobody, and so seen at once.
        var version = _version;
        var open = await ledger.Read(s_open, row => (Slip: Slips.Read(row), Total: row.GetInt64(13), Tests: row.GetInt64(14)), Tenant);
        var closed = await ledger.Read(s_closed, Slips.Read, Tenant, clock.GetUtcNow() - s_closedFor);
        var (_, total, tests) = open.FirstOrDefault();
        return new BoardView(version, [.. open.Select(o => o.Slip)], (int)total, [.. closed], (int)tests);
    }

    private static TaskCompletionSource NextChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
