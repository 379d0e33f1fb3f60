namespace Backsoon;

/// <summary>When somebody comes, and with what: at random, as people do who know nothing of each other, and the same for the same seed.</summary>
public static class Arrivals
{
    /// <param name="perSecond">How many on average.</param>
    /// <param name="weights">How often each kind is meant, against all of them together.</param>
    /// <returns>In order, each with the instant since the beginning, and the number of its kind.</returns>
    public static IEnumerable<(TimeSpan At, int Kind)> Of(double perSecond, TimeSpan length, IReadOnlyList<int> weights, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        var random = new Random(seed);
        var all = weights.Sum();
        for (var at = 0.0; ;)
        {
            // What lies between two of them is exponentially distributed.
            at -= Math.Log(1 - random.NextDouble()) / perSecond;
            if (at >= length.TotalSeconds)
                yield break;
            var (drawn, kind) = (random.Next(all), 0);
            while (drawn >= weights[kind])
                drawn -= weights[kind++];
            yield return (TimeSpan.FromSeconds(at), kind);
        }
    }
}
