#if !ORLEANS
using System.Globalization;
using Backsoon.Embedded;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon;

/// <summary>For commands that work beside a product that runs, on its database.</summary>
internal static class RunningProduct
{
    /// <param name="connectionString">Null for the private cluster in <paramref name="data"/>.</param>
    /// <param name="start">What to do when none runs there.</param>
    public static async Task<int> Ask(string data, string? connectionString, string start, Func<Ledger, Task<int>> ask)
    {
        connectionString ??= await PrivatePostgres.FindRunning(data, CancellationToken.None)
            ?? throw new PrivatePostgresException($"Backsoon does not run on {Path.GetFullPath(data)}. {start}");
        await using var database = NpgsqlDataSource.Create(connectionString);
        return await ask(new Ledger(database));
    }

    /// <summary>An instant as somebody types it; without a zone it is UTC.</summary>
    public static DateTimeOffset? When(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
}
#endif
