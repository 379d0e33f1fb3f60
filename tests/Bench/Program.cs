using System.Text.Json;
using Backsoon;
using Backsoon.Embedded;

// One program in three roles, so that the load, the limit and the product never share a heap.
if (args is ["--limit", var limitPort, var limitDatabase])
{
    await Limit.Serve(int.Parse(limitPort), limitDatabase);
    return 0;
}

if (args is ["--help" or "-h", ..] or ["--load", "--help" or "-h", ..])
{
    Console.WriteLine(LoadOptions.Help);
    return 0;
}

if (args is ["--load", .. var wanted])
{
    if (LoadOptions.Read(wanted, out var problem) is { } options)
        return await new LoadRun(options, Console.WriteLine).Run();
    await Console.Error.WriteLineAsync($"{problem}\n\n{LoadOptions.Help}");
    return 2;
}

var json = args.Contains("--json");
var only = args.SkipWhile(a => a != "--only").Skip(1).FirstOrDefault();
var seconds = TimeSpan.FromSeconds(args.SkipWhile(a => a != "--seconds").Skip(1).FirstOrDefault() is { } s ? double.Parse(s) : 3);
await using var postgres = await PrivatePostgres.StartThrowaway(durable: true);
await using var bench = await Bench.SetUp(postgres, args.Contains("--small") ? SeedSize.Small : SeedSize.Full, message => Console.Error.WriteLine(message));
Console.Error.WriteLine("Measuring …");
var rows = new List<Row>();
foreach (var plan in bench.Plans().Where(p => only is null || p.Name.StartsWith(only, StringComparison.Ordinal)))
    rows.Add(await plan.Measure(seconds, row => Console.Error.WriteLine($"  {row}")));
rows.AddRange(bench.Growth(rows));

if (json)
{
    foreach (var row in rows)
        Console.WriteLine(JsonSerializer.Serialize(new { name = row.Name, ours = Math.Round(row.Ours, 1), limit = Math.Round(row.Limit, 1), ratio = Math.Round(row.Ratio, 3), p50_ms = Math.Round(row.P50, 3), p99_ms = Math.Round(row.P99, 3) }));
}
else
{
    Console.WriteLine($"{"",-20}{"ours/s",12}{"limit/s",12}{"ratio",8}{"p50 ms",9}{"p99 ms",9}");
    foreach (var row in rows)
        Console.WriteLine(row);
    Console.WriteLine($"Memory of an idle tenant in use: {bench.BytesPerTenant / 1024:N1} KB ({bench.BytesPerTenant * 10_000 / 1024 / 1024:N0} MB for 10,000).");
    foreach (var note in bench.Notes)
        Console.WriteLine(note);
}

return 0;
