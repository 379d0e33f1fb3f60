using Backsoon.Storage;

namespace Backsoon.Accounts;

[GrainType("limits")]
public sealed class LimitsGrain(Ledger ledger, AttemptWriter attempts, TimeProvider clock) : Grain, ILimitsGrain
{
    private const int PseudonymLength = 64;
    private const int Stale = 1_000;

    // In order; those before the window are dropped now and then, so that a take costs the same however much is allowed.
    private readonly List<DateTimeOffset> _taken = [];
    private string _name = "";
    private string _source = "";
    private TimeSpan _known;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_name, _source) = Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<TimeSpan?> Take(LimitRule rule)
    {
        if (rule.Name != _name)
            throw new ArgumentException($"{this.GetPrimaryKeyString()} does not count {rule.Name}", nameof(rule));

        var now = clock.GetUtcNow();
        if (rule.Window > _known)
            await Recall(rule, now);

        // What lies in the future was taken before the clock was set back: it counts.
        var first = FirstAfter(now - rule.Window);
        if (_taken.Count - first >= rule.Allowed)
        {
            var free = rule.Allowed > 0 ? _taken[^rule.Allowed] + rule.Window - now : rule.Window;
            return free < rule.Window ? free : rule.Window;
        }

        if (first > Stale && first > _taken.Count / 2)
            _taken.RemoveRange(0, first);
        // Counted before it is written: one whose write failed costs the source an attempt, never the reverse.
        _taken.Insert(FirstAfter(now), now);
        if (rule.Remembered)
            await Ledger.Ask(() => attempts.Write(new Attempt(_name, Convert.FromHexString(_source), now)));
        return null;
    }

    // A dispatch is its own proof: it is counted where it lies.
    private async Task Recall(LimitRule rule, DateTimeOffset now)
    {
        var since = now - rule.Window;
        var taken = _name switch
        {
            "dispatch-ip" => await ledger.Read("select received_at from dispatch where source = $1 and received_at > $2 order by 1 desc limit $3", At, Convert.FromHexString(_source), since, rule.Allowed),
            "dispatch-tenant" => await ledger.Read("select received_at from dispatch where tenant_id = $1 and received_at > $2 order by 1 desc limit $3", At, _source, since, rule.Allowed),
            _ => await ledger.Read("select at from attempt where kind = $1 and source = $2 and at > $3 order by 1 desc limit $4", At, _name, Convert.FromHexString(_source), since, rule.Allowed),
        };
        _taken.Clear();
        _taken.AddRange(taken);
        _taken.Sort();
        _known = rule.Window;
    }

    private int FirstAfter(DateTimeOffset instant)
    {
        var (low, high) = (0, _taken.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_taken[middle] <= instant)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static DateTimeOffset At(Npgsql.NpgsqlDataReader row) => row.GetFieldValue<DateTimeOffset>(0);

    // limits/{rule}-{64 hexadecimal digits}, or limits/{rule}-{tenant id}: a tenant is no person.
    private static (string Name, string Source) Parse(string key)
    {
        var text = key["limits/".Length..];
        var start = text.IndexOf("-tenant_", StringComparison.Ordinal) is >= 0 and var dash ? dash + 1 : text.Length - PseudonymLength;
        return start > 1 ? (text[..(start - 1)], text[start..]) : throw new ArgumentException($"{key} names no source");
    }
}
