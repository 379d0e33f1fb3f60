using System.Diagnostics;
using Backsoon.Embedded;
using Npgsql;

namespace Backsoon;

/// <summary>Calls of a grain in process, against the cheapest hop that keeps the promise of a turn: one item through a thread pool queue.</summary>
public static class ActorCall
{
    private const int Callers = 64;
    private const int Keys = 64;

    public static Plan Plan(ICollection<string> notes)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(NpgsqlDataSource.Create("Host=/nowhere"))
            .AddEmbeddedGrains(options => options.GrainAssemblies.Add(typeof(ActorCall).Assembly)).BuildServiceProvider();
        var grains = services.GetRequiredService<IGrainFactory>();
        var echoes = Enumerable.Range(0, Keys).Select(i => grains.GetGrain<IEchoGrain>($"echo/{i}")).ToArray();

        return new Plan("actor-call",
            async length =>
            {
                var alone = await Run(1, length / 4, i => echoes[i].Echo(1));
                var loaded = await Run(Callers, length, i => echoes[i].Echo(1));
                notes.Add($"An actor call alone takes {1_000_000 / alone.PerSecond:N2} µs; loaded with {Callers} callers there are {loaded.PerSecond:N0} a second (Orleans: 3 µs, 750,000/s).");
                return loaded;
            },
            length => Run(Callers, length, _ => Task.Factory.StartNew(static () => 1, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default)));
    }

    private static async Task<Measured> Run(int callers, TimeSpan length, Func<int, Task<int>> call)
    {
        var counts = new long[callers];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(async () =>
        {
            while (clock.Elapsed < length)
            {
                for (var n = 0; n < 100; n++)
                    await call(i);
                counts[i] += 100;
            }
        })));
        var perSecond = counts.Sum() / clock.Elapsed.TotalSeconds;
        return new Measured(perSecond, callers / perSecond * 1000, double.NaN, 0);
    }
}
