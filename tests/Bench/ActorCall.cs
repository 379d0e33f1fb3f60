using System.Diagnostics;
using Backsoon.Embedded;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon;

/// <summary>Calls of a grain in process, against the cheapest hop that keeps the promise of a turn: one item through a thread pool queue.</summary>
public static class ActorCall
{
    private const int Callers = 64;
    private const int Keys = 64;

    /// <param name="connectionString">A database of its own: a host serves only while it holds one.</param>
    public static async Task<(IHost Host, Plan Plan)> Start(string connectionString, ICollection<string> notes)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        var database = NpgsqlDataSource.Create(connectionString);
        await Migrations.Apply(database);
        builder.Services.AddSingleton(database).AddEmbeddedGrains(options => options.GrainAssemblies.Add(typeof(ActorCall).Assembly));
        var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var echoes = Enumerable.Range(0, Keys).Select(i => grains.GetGrain<IEchoGrain>($"echo/{i}")).ToArray();

        return (host, new Plan("actor-call",
            async length =>
            {
                var alone = await Run(1, length / 4, i => echoes[i].Echo(1));
                var loaded = await Run(Callers, length, i => echoes[i].Echo(1));
                notes.Clear();
                notes.Add($"An actor call alone takes {1_000_000 / alone.PerSecond:N2} µs; loaded with {Callers} callers there are {loaded.PerSecond:N0} a second (Orleans: 3 µs, 750,000/s).");
                return loaded;
            },
            length => Run(Callers, length, _ => Task.Factory.StartNew(static () => 1, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default))));
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
        return new Measured(perSecond, callers / perSecond * 1000, double.NaN, []);
    }
}
