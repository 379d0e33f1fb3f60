using System.Globalization;

namespace Backsoon;

/// <summary>What somebody wants to know, as they typed it.</summary>
public sealed record LoadOptions
{
    public const string Help = """
        dotnet run -c Release --project tests/Bench -- [--only NAME] [--seconds S] [--small] [--json]

        Measures the product against the plainest program that does the same, by turns. --only takes what a row's name begins with, --seconds is the length of each turn (3),
        --small seeds 1,000 tenants and 20,000 requests instead of 10,000 and 1,001,000, --json prints one object a line.

        dotnet run -c Release --project tests/Bench -- --load [settings]

        Starts the product that was built here, on a database with many businesses in it, and sends it what callers, vendors, owners and guests would: so many a second,
        whether or not earlier ones were answered, each measured from when it was meant to be sent. Says how long that took, what it cost, and with --ramp what bends first.

          --tenants N         businesses, each with vendors, rules, subjects and some history: 10000
          --rate R            how many requests a second on average: 200
          --seconds S         how long each stage lasts: 20
          --watchers N        owners who look at their live board all the time: 100
          --ramp              doubles the rate from stage to stage until the p99 of something exceeds 500 ms, something fails, or less is answered than was sent
          --each              says at the end what one request of each kind costs, by sending nothing else for a while
          --database CONN     an empty database of yours; without it a private PostgreSQL is made, and thrown away afterwards.
                              With pg_stat_statements in it, the costliest statements are shown as well
          --json FILE         writes everything measured as JSON, too
          --seed N            other arrivals: 1

        It wants no settings of the product, and sends no mail: a stand-in for Resend takes it. What it says of this machine is only worth something beside the line "limit",
        which is what a bare Kestrel that answers "ok" takes for a request in the same minute.
        """;

    public int Tenants { get; init; } = 10_000;

    public double Rate { get; init; } = 200;

    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(20);

    public int Watchers { get; init; } = 100;

    public bool Ramp { get; init; }

    public bool Each { get; init; }

    public string? Database { get; init; }

    public string? Json { get; init; }

    public int Seed { get; init; } = 1;

    /// <returns>Null, and what is wrong with it, when that cannot be done.</returns>
    public static LoadOptions? Read(IReadOnlyList<string> words, out string? problem)
    {
        var options = new LoadOptions();
        problem = null;
        for (var i = 0; i < words.Count && problem is null; i++)
        {
            var (word, value) = (words[i], i + 1 < words.Count ? words[i + 1] : "");
            if (word is "--ramp" or "--each")
            {
                options = word == "--ramp" ? options with { Ramp = true } : options with { Each = true };
                continue;
            }

            LoadOptions? read = word switch
            {
                "--tenants" => Number(value, 200, 1_000_000) is { } n ? options with { Tenants = (int)n } : null,
                "--rate" => Number(value, 1, 1_000_000) is { } n ? options with { Rate = n } : null,
                "--seconds" => Number(value, 1, 86_400) is { } n ? options with { Length = TimeSpan.FromSeconds(n) } : null,
                "--watchers" => Number(value, 0, 10_000) is { } n ? options with { Watchers = (int)n } : null,
                "--seed" => Number(value, 0, int.MaxValue) is { } n ? options with { Seed = (int)n } : null,
                "--database" when value.Length > 0 => options with { Database = value },
                "--json" when value.Length > 0 => options with { Json = value },
                _ => null,
            };
            problem = read is null ? $"{word} {value}".Trim() + " is not understood." : null;
            options = read ?? options;
            i++;
        }

        return problem is null ? options : null;
    }

    private static double? Number(string text, double least, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
