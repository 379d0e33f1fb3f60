using System.Text.Json;
using System.Text.Json.Serialization;
using Backsoon.Accounts;
using Backsoon.Embedded;
using Backsoon.Tenants;
using Npgsql;

namespace Backsoon;

/// <summary>From an empty database to what bends first.</summary>
public sealed class LoadRun(LoadOptions options, Action<string> say)
{
    private const int LimitConnections = 64;
    private const int Touched = 500;
    private static readonly TimeSpan s_limitLength = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_told = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_breath = TimeSpan.FromSeconds(3);
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly TimeProvider _clock = TimeProvider.System;

    public async Task<int> Run()
    {
        await using var postgres = options.Database is null ? await PrivatePostgres.StartThrowaway(durable: true) : null;
        var address = options.Database ?? await postgres!.CreateDatabase("load");
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address) { MaxPoolSize = 4, ApplicationName = "load" });
        if (await Crowd.Number(database, "select count(*) from pg_tables where schemaname = 'public' and tablename = 'tenant'") > 0)
        {
            say("There are businesses in this database already. Give an empty one: it is written to at random.");
            return 2;
        }

        var port = ProductUnderLoad.FreePort();
        var (crowd, sizes) = await Seed(database, address, port);
        await using var limit = await ProductUnderLoad.StartLimit(address);
        var (gauges, collector) = await RuntimeGauges.Listen();
        await using var _ = gauges;
        await using var product = await ProductUnderLoad.Start(address, port, $"http://127.0.0.1:{limit.Port}", collector);
        using var traffic = new Traffic(crowd, port, _clock);
        foreach (var size in await Touch(traffic, product))
            sizes.Add(size);
        foreach (var size in sizes)
            say($"  {size.Name,-44}{size.Bytes,12:N0} bytes");

        using var over = new CancellationTokenSource();
        var watching = traffic.Watch(Math.Min(options.Watchers, crowd.Tenants.Length), over.Token);
        say("Warming up …");
        await Stage(traffic, product, database, gauges, postgres, options.Rate / 2, 0);
        var stages = new List<Stage>();
        for (var rate = options.Rate; ; rate *= 2)
        {
            var hello = await Hello(limit);
            var stage = await Stage(traffic, product, database, gauges, postgres, rate, hello);
            stages.Add(stage);
            say("");
            foreach (var line in stage.Lines())
                say(line);
            say($"  limit:     a bare Kestrel took {hello * 1000:N3} ms of processor time for a request just before");
            if (stage.Bends is { } bends)
                say($"  At {rate:N0} a second this bends: {bends}.");
            if (!options.Ramp || stage.Bends is not null)
                break;
            await Task.Delay(s_breath, _clock);
        }

        if (options.Each)
        {
            say("");
            say($"  {"one request of a kind",-24}{"product ms",12}{"database ms",13}{"hellos",9}{"KB allocated",14}{"transactions",14}{"p50 ms",9}");
            foreach (var errand in traffic.Errands)
            {
                var alone = await Stage(traffic, product, database, gauges, postgres, options.Rate / 2, await Hello(limit), errand);
                say(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  {errand.Name,-24}{alone.Product,12:N2}{alone.Database,13:N2}{alone.Hellos,9:N0}{alone.Allocated / 1024,14:N0}{alone.Commits,14:N2}{alone.Errands.First(report => report.Name == errand.Name).P50,9:N1}"));
                foreach (var statement in alone.Statements.Take(3))
                    say($"    {statement}");
            }
        }

        await over.CancelAsync();
        await watching;
        foreach (var line in product.Complaints)
            say($"The product said: {line}");
        if (options.Json is { } file)
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { options.Tenants, Sizes = sizes.ToDictionary(size => size.Name, size => Math.Round(size.Bytes)), Stages = stages }, s_json));
        return stages[^1].Errands.Any(errand => errand.Errors.Count > 0) && !options.Ramp ? 1 : 0;
    }

    // Rows by the product's grains and by copying; and what grains take in memory, where nothing else is.
    private async Task<(Crowd Crowd, List<(string Name, double Bytes)> Sizes)> Seed(NpgsqlDataSource database, string address, int port)
    {
        var began = _clock.GetTimestamp();
        say($"Seeding {options.Tenants:N0} businesses …");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["BACKSOON_CANARY"] = "false";
        builder.Services.AddSingleton(new Site("http", $"localhost:{port}")).AddSingleton<Keys>().AddSingleton(_clock);
        await using var backEnd = await EmbeddedBackEnd.Start(builder, AppContext.BaseDirectory, address, ProductUnderLoad.RootKey);
        await using var app = builder.Build();
        await app.StartAsync();
        try
        {
            var empty = await Crowd.Number(database, "select pg_database_size(current_database())");
            var grains = app.Services.GetRequiredService<IGrainFactory>();
            var crowd = await Crowd.Plant(grains, database, options.Tenants, _clock);
            say($"Seeded in {_clock.GetElapsedTime(began).TotalSeconds:N0} s.");
            var sizes = new List<(string Name, double Bytes)> { ("database, a business with what it has", (await Crowd.Number(database, "select pg_database_size(current_database())") - empty) / options.Tenants) };
            var some = Enumerable.Range(options.Tenants / 2, Math.Min(Touched, options.Tenants / 2)).ToArray();
            sizes.Add(("memory, grains of a business whose desk is open", await Memory(some, async i =>
            {
                await grains.Slug(crowd.Tenants[i].Slug).Resolve();
                await grains.For(crowd.Tenants[i].Tenant).Directory().Desk();
            })));
            sizes.Add(("memory, grain of a session", await Memory(some, i => grains.GetGrain<ISessionGrain>($"session/{Secret.Hash(crowd.Sessions[i])}").Check())));
            sizes.Add(("memory, grain of a request", await Memory(some, i => grains.For(crowd.Tenants[i].Tenant).Dispatch(crowd.Waiting).Look())));
            return (crowd, sizes);
        }
        finally
        {
            await app.StopAsync();
        }
    }

    private static async Task<double> Memory(int[] some, Func<int, Task> touch)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var i in some)
            await touch(i);
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)some.Length;
    }

    // What pages take in memory besides is seen from outside.
    private static async Task<IEnumerable<(string Name, double Bytes)>> Touch(Traffic traffic, ProductUnderLoad product)
    {
        long WorkingSet()
        {
            product.Process.Refresh();
            return product.Process.WorkingSet64;
        }

        var idle = WorkingSet();
        for (var i = 0; i < Touched / 5; i++)
        {
            if (await traffic.OpenDesk(i) is { } desk)
                throw new InvalidOperationException($"The desk of business {i} is not shown: {desk}.");
            if (await traffic.OpenBoard(i) is { } board)
                throw new InvalidOperationException($"The board of business {i} is not shown: {board}.");
        }

        return [("memory, the product just started (working set)", idle), ("memory, and after its first 100 desks and boards", WorkingSet())];
    }

    private static async Task<double> Hello(ProductUnderLoad limit)
    {
        var request = System.Text.Encoding.ASCII.GetBytes("GET /empty HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        limit.Process.Refresh();
        var before = limit.Process.TotalProcessorTime;
        var answered = await Load.Run(limit.Port, LimitConnections, s_limitLength, () => request, 200);
        limit.Process.Refresh();
        return (limit.Process.TotalProcessorTime - before).TotalSeconds / (answered.PerSecond * s_limitLength.TotalSeconds);
    }

    private async Task<Stage> Stage(Traffic traffic, ProductUnderLoad product, NpgsqlDataSource database, RuntimeGauges gauges, PrivatePostgres? postgres, double rate, double hello, Errand? only = null)
    {
        List<Errand> all = [.. traffic.Errands, traffic.SignIn, traffic.BoardChange];
        all.ForEach(errand => errand.Forget());
        var (machine, stored, allocated) = (Machine.Now(product.Process, postgres?.ServerProcessId), await DatabaseGauges.Read(database), gauges["dotnet.gc.heap.total_allocated"]);
        var (sent, lateness, took) = await OpenLoop.Run(only is null ? traffic.Errands : [only], rate, options.Length, options.Seed, _clock);
        // What was measured last is told a second later.
        await Task.Delay(s_told, _clock);
        var cost = Machine.Now(product.Process, postgres?.ServerProcessId) - machine;
        var after = await DatabaseGauges.Read(database);
        var requests = all.Where(errand => errand != traffic.BoardChange).Sum(errand => errand.Latency.Count);
        product.Process.Refresh();
        return new Stage(
            rate, sent / options.Length.TotalSeconds, traffic.Errands.Sum(errand => errand.Latency.Count) / took.TotalSeconds, lateness.At(0.99).TotalMilliseconds, cost, cost.Product / requests * 1000, cost.Database / requests * 1000,
            hello > 0 ? (cost.Product + (double.IsNaN(cost.Database) ? 0 : cost.Database)) / requests / hello : double.NaN, product.Process.WorkingSet64, gauges["dotnet.gc.last_collection.heap.size"],
            (gauges["dotnet.gc.heap.total_allocated"] - allocated) / requests, (after.Size - stored.Size) / requests, (after.Logged - stored.Logged) / requests, (after.Commits - stored.Commits) / requests, after.Connections,
            traffic.Watching, [.. all.Select(ErrandReport.Of)], after.ScannedSince(stored, requests), after.StatementsSince(stored, requests));
    }
}
