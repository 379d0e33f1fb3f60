namespace Backsoon;

/// <summary>One line of the table: rates a second, their ratio as the median of alternating pairs, and our latencies.</summary>
public sealed record Row(string Name, double Ours, double Limit, double Ratio, double P50, double P99, string Failed)
{
    public override string ToString() => $"{Name,-20}{Ours,12:N0}{Limit,12:N0}{Ratio,8:N2}{P50,9:N2}{P99,9:N2}{(Failed.Length > 0 ? $"  FAILED: {Failed}" : "")}";
}

/// <summary>What is measured, and against what.</summary>
public sealed record Plan(string Name, Func<TimeSpan, Task<Measured>> Ours, Func<TimeSpan, Task<Measured>> Limit)
{
    private const int Pairs = 5;
    private const double Steady = 1.03;
    private const int LongestWarmUp = 15;

    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(2);

    /// <summary>Ours and the limit by turns, so that a neighbour's load meets both.</summary>
    public async Task<Row> Measure(TimeSpan length, Action<Row> report)
    {
        await WarmUp(Ours);
        await WarmUp(Limit);
        var pairs = new List<(Measured Ours, Measured Limit)>();
        for (var i = 0; i < Pairs; i++)
            pairs.Add((await Ours(length), await Limit(length)));

        double Median(Func<(Measured Ours, Measured Limit), double> value) => pairs.Select(value).Order().ElementAt(Pairs / 2);
        var row = new Row(Name, Median(p => p.Ours.PerSecond), Median(p => p.Limit.PerSecond), Median(p => p.Ours.PerSecond / p.Limit.PerSecond), Median(p => p.Ours.P50), Median(p => p.Ours.P99), string.Join(", ", pairs.SelectMany(p => p.Ours.Failed.Concat(p.Limit.Failed)).CountBy(status => status).Select(f => $"{f.Value} × {f.Key}")));
        report(row);
        return row;
    }

    // Until the compiler has seen what is hot, a program is measured being compiled, and the larger one for longer.
    private static async Task WarmUp(Func<TimeSpan, Task<Measured>> load)
    {
        var (best, since) = (0.0, 0);
        for (var slice = 0; slice < LongestWarmUp && since < 2; slice++)
        {
            var rate = (await load(s_slice)).PerSecond;
            since = rate > best * Steady ? 0 : since + 1;
            best = Math.Max(best, rate);
        }
    }
}
