using Backsoon.Storage;

namespace Backsoon.Promises;

/// <summary>How one promise of the catalogue is measured.</summary>
/// <param name="Key">The promise's.</param>
/// <param name="Take">What there is at this instant; null when there is nothing to measure.</param>
public sealed record Measurement(string Key, Func<Ledger, DateTimeOffset, Task<TimeSpan?>> Take)
{
    /// <summary>What the database is asked; null when it is asked nothing.</summary>
    public string? Sql { get; private init; }

    /// <param name="sql">Answers with one number of seconds, or null. What it is told of is the time, as $1.</param>
    public static Measurement Of(string key, string sql) => new(key, (ledger, now) => Ask(ledger, sql, now)) { Sql = sql };

    public static async Task<TimeSpan?> Ask(Ledger ledger, string sql, params object[] values) =>
        (await ledger.Read(sql, row => row.IsDBNull(0) ? null : (TimeSpan?)TimeSpan.FromSeconds(Math.Max(0, Math.Round(row.GetDouble(0)))), values)).Single();
}
