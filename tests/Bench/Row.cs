namespace Backsoon;

/// <summary>One line of the table: rates a second, their ratio as the median of alternating pairs, and our latencies.</summary>
public sealed record Row(string Name, double Ours, double Limit, double Ratio, double P50, double P99, int Failed)
{
    public override string ToString() => $"{Name,-20}{Ours,12:N0}{Limit,12:N0}{Ratio,8:N2}{P50,9:N2}{P99,9:N2}{(Failed > 0 ? $"  {Failed} FAILED" : "")}";
}

/// <summary>What is measured, and against what.</summary>
public sealed record Plan(string Name, Func<TimeSpan, Task<Measured>> Ours, Func<TimeSpan, Task<Measured>> Limit)
{
    private const int Pairs = 5;

    /// <summary>Ours and the limit by turns, so that a neighbour's load meets both.</summary>
    public async Task<Row> Measure(TimeSpan length, Action<Row> report)
    {
        await Ours(length / 2);
        await Limit(length / 2);
        var pairs = new List<(Measured Ours, Measured Limit)>();
        for (var i = 0; i < Pairs; i++)
            pairs.Add((await Ours(length), await Limit(length)));

        double Median(Func<(Measured Ours, Measured Limit), double> value) => pairs.Select(value).Order().ElementAt(Pairs / 2);
        var row = new Row(Name, Median(p => p.Ours.PerSecond), Median(p => p.Limit.PerSecond), Median(p => p.Ours.PerSecond / p.Limit.PerSecond), Median(p => p.Ours.P50), Median(p => p.Ours.P99), pairs.Sum(p => p.Ours.Failed + p.Limit.Failed));
        report(row);
        return row;
    }
}
