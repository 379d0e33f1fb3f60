using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Embedded;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>The product and the limits, each in a process of its own, on one throw-away database.</summary>
public sealed class Bench : IAsyncDisposable
{
    private const int ProductPort = 18080;
    private const int LimitPort = 18081;
    private const int BusyTenants = 500;
    // What a caller types, the same for the product and the limits.
    private const string Typed = "name=Ana+Duarte&phone=%2B351+912+000+000&email=&text=Water+comes+through+the+ceiling+of+the+kitchen%2C+about+a+cup+an+hour.";
    private const string RootKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // The same words of the same caller twice within minutes are asked about first.
    private int _callers;
    private readonly List<Process> _processes = [];
    private readonly List<string> _notes = [];
    private Seeded _seeded = null!;
    private (IHost Host, Plan Plan) _actors;
    private int _next;

    private Bench()
    {
    }

    public double BytesPerTenant { get; private set; }

    public IReadOnlyList<string> Notes => [.. _notes, $"A month of free times for a host with 500 appointments takes {_seeded.Bookings.Month().TotalMilliseconds:N1} ms."];

    public static async Task<Bench> SetUp(PrivatePostgres postgres, SeedSize size, Action<string> say)
    {
        var bench = new Bench();
        var database = await postgres.CreateDatabase("bench");
        say($"Seeding {size.Tenants:N0} tenants and {size.Requests:N0} requests …");
        await bench.Seed(database, size);
        say("Starting the product and the limit …");
        bench.StartProduct(database);
        bench.StartSelf("--limit", LimitPort.ToString(), database);
        await bench.Answers(ProductPort, "/healthz", "127.0.0.1");
        await bench.Answers(LimitPort, "/empty", "127.0.0.1");
        await bench.Check();
        for (var i = 0; i < BusyTenants; i++)
            await Load.Once(ProductPort, bench.DeskPage());
        bench._actors = await ActorCall.Start(await postgres.CreateDatabase("actors"), bench._notes);
        return bench;
    }

    public IEnumerable<Plan> Plans()
    {
        yield return _actors.Plan;
        foreach (var connections in new[] { 1, 8, 64 })
        {
            yield return new Plan($"desk-page-{connections}",
                length => Load.Run(ProductPort, connections, length, DeskPage, 200),
                length => Load.Run(LimitPort, connections, length, () => s_empty, 200));
        }

        foreach (var connections in new[] { 1, 8, 64 })
        {
            yield return new Plan($"dispatch-post-{connections}",
                length => Load.Run(ProductPort, connections, length, () => DispatchPost(urgent: false), 303),
                length => Load.Run(LimitPort, connections, length, TwoRows, 302));
        }

        // The owner has a mail of it, too: one more than the limit writes.
        yield return new Plan("dispatch-urgent-64",
            length => Load.Run(ProductPort, 64, length, () => DispatchPost(urgent: true), 303),
            length => Load.Run(LimitPort, 64, length, TwoRows, 302));

        // What of the distance to the limit is what has to be written, and what is ours.
        yield return new Plan("dispatch-same-64",
            length => Load.Run(ProductPort, 64, length, () => DispatchPost(urgent: false), 303),
            length => Load.Run(LimitPort, 64, length, SameRowsPost, 302));

        foreach (var connections in new[] { 1, 8, 64 })
        {
            yield return new Plan($"book-page-{connections}",
                length => Load.Run(ProductPort, connections, length, _seeded.Bookings.Page, 200),
                length => Load.Run(LimitPort, connections, length, () => s_empty, 200));
        }

        // The same on many times, each wanted by one, and on one time that all want.
        foreach (var (name, post) in new (string, Func<byte[]>)[] { ("book-post", _seeded.Bookings.Post), ("book-one", _seeded.Bookings.PostForOne) })
        {
            foreach (var connections in new[] { 1, 8, 64 })
            {
                yield return new Plan($"{name}-{connections}",
                    length => Load.Run(ProductPort, connections, length, post, name == "book-one" ? [303, 409] : [303]),
                    length => Load.Run(LimitPort, connections, length, TwoRows, 302));
            }
        }

        // The newest 50; the newest 50 with a word that most have; and the few with words that hardly any has.
        foreach (var (name, query, tenant, session) in
            from rows in new[] { ("1k", _seeded.Small, _seeded.SessionSmall), ("1m", _seeded.Large, _seeded.SessionLarge) }
            from asked in new[] { ("history", ""), ("history-often", "?q=kitchen"), ("history-rare", "?q=caller+777") }
            select ($"{asked.Item1}-{rows.Item1}", asked.Item2, rows.Item2, rows.Item3))
        {
            var page = Get($"/history{query}", "app.localhost", $"session={session}");
            var plain = Get($"/page/{tenant.Tenant}", "127.0.0.1");
            yield return new Plan(name, length => Load.Run(ProductPort, 8, length, () => page, 200), length => Load.Run(LimitPort, 8, length, () => plain, 200));
        }
    }

    /// <summary>How the history page's cost grows with a thousand times the rows: 1.00 is not at all.</summary>
    public IEnumerable<Row> Growth(IReadOnlyList<Row> rows)
    {
        foreach (var name in new[] { "history", "history-often", "history-rare" })
        {
            if (rows.FirstOrDefault(r => r.Name == $"{name}-1k") is { } small && rows.FirstOrDefault(r => r.Name == $"{name}-1m") is { } large)
                yield return new Row($"{name}-growth", large.Ours, small.Ours, large.Ours / small.Ours, large.P50, large.P99, "");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _actors.Host.StopAsync();
        _actors.Host.Dispose();
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task Seed(string connectionString, SeedSize size)
    {
        await using var database = HeldDatabase.Pool(connectionString);
        await Limit.Prepare(database);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new Site("http", $"localhost:{ProductPort}")).AddSingleton<Keys>().AddSingleton(TimeProvider.System);
        await using var backEnd = await EmbeddedBackEnd.Start(builder, AppContext.BaseDirectory, connectionString, RootKey);
        await using var app = builder.Build();
        await app.StartAsync();
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            _seeded = await Seeded.Plant(app.Services.GetRequiredService<IGrainFactory>(), database, TimeProvider.System, size);
            BytesPerTenant = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)size.Tenants;
        }
        finally
        {
            await app.StopAsync();
        }
    }

    private void StartProduct(string connectionString)
    {
        var web = Path.Combine(AppContext.BaseDirectory, "Backsoon.Web.dll");
        var start = new ProcessStartInfo("dotnet", [web]) { RedirectStandardOutput = true };
        start.Environment["PORT"] = ProductPort.ToString();
        start.Environment["DATA"] = AppContext.BaseDirectory;
        start.Environment["BACKSOON_DATABASE"] = connectionString;
        start.Environment["BACKSOON_ROOT_KEY"] = RootKey;
        start.Environment["BACKSOON_LIMITS"] = "1000000";
        start.Environment["BACKSOON_DEMO"] = "false";
        // The pump sends as it would in production: to Resend's interface, at Resend's pace.
        start.Environment["MAIL_FROM"] = "desk@example.com";
        start.Environment["RESEND_API_KEY"] = "re_bench";
        start.Environment["RESEND_URL"] = $"http://127.0.0.1:{LimitPort}";
        // Neither production, which wants HTTPS, nor Development with what it looks after for those who develop.
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Benchmark";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        Start(start);
    }

    private void StartSelf(params string[] arguments) =>
        Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Backsoon.Bench.dll"), .. arguments]) { RedirectStandardOutput = true });

    private void Start(ProcessStartInfo start)
    {
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        _processes.Add(process);
    }

    private async Task Answers(int port, string path, string host)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await Load.Once(port, Get(path, host))).Status == 200)
                    return;
            }
            catch (SocketException) when (clock.Elapsed < s_patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }

            if (clock.Elapsed > s_patience || _processes.Any(p => p.HasExited))
                throw new TimeoutException($"Port {port} does not answer {path}.");
        }
    }

    // A benchmark of error pages is fast and worth nothing.
    private async Task Check()
    {
        await Expect(DeskPage(), 200, "Water leak");
        await Expect(DispatchPost(urgent: false), 303, "/s/");
        await Expect(DispatchPost(urgent: true), 303, "/s/");
        await Expect(SameRowsPost(), 302, "/done", LimitPort);
        await Expect(_seeded.Bookings.Page(), 200, "Viewing");
        await Expect(_seeded.Bookings.Post(), 303, "/a/");
        await Expect(_seeded.Bookings.PostForOne(), 303, "/a/");
        await Expect(_seeded.Bookings.PostForOne(), 409, "Nothing is booked yet");
        await Expect(Get("/history", "app.localhost", $"session={_seeded.SessionSmall}"), 200, "Caller 0");
        await Expect(Get("/history", "app.localhost", $"session={_seeded.SessionLarge}"), 200, "Caller 49");
        await Expect(Get("/history?q=kitchen", "app.localhost", $"session={_seeded.SessionLarge}"), 200, "Caller 49");
        await Expect(Get("/history?q=caller+777", "app.localhost", $"session={_seeded.SessionLarge}"), 200, "Caller 777");

        static async Task Expect(byte[] request, int status, string text, int port = ProductPort)
        {
            var answer = await Load.Once(port, request);
            if (answer.Status != status || !answer.Text.Contains(text, StringComparison.Ordinal))
                throw new InvalidOperationException($"Expected {status} with “{text}”, got:\n{answer.Text[..Math.Min(answer.Text.Length, 3000)]}");
        }
    }

    private static readonly byte[] s_empty = Get("/empty", "127.0.0.1");

    private static byte[] Get(string path, string host, string? cookie = null) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{(cookie is null ? "" : $"Cookie: {cookie}\r\n")}\r\n");

    // As many desks as are busy at once; the others are the weight the database carries.
    private SeededTenant NextTenant() => _seeded.Tenants[2 + (int)((uint)Interlocked.Increment(ref _next) % BusyTenants)];

    private readonly ConcurrentDictionary<Slug, byte[]> _pages = new();

    private byte[] DeskPage() => _pages.GetOrAdd(NextTenant().Slug, slug => Get("/", $"{slug}.localhost"));

    // An ordinary one is a request and a mail to the vendor, as the limit writes them.
    private byte[] DispatchPost(bool urgent)
    {
        var tenant = NextTenant();
        var now = TimeProvider.System.GetUtcNow();
        var rendered = now.AddMinutes(-1);
        var token = _seeded.Ring.Tokens.Sign(TokenPurpose.DeskForm, now.AddHours(24), tenant.Tenant.Value, Guid.CreateVersion7(now).ToString("n"), rendered.ToUnixTimeSeconds().ToString());
        return Post("/", $"{tenant.Slug}.localhost", $"_token={token}&subject=&category={(urgent ? tenant.Urgent : tenant.Routine)}&{Typed}+{Interlocked.Increment(ref _callers):D9}");
    }

    private static byte[] TwoRows() =>
        Post("/two-rows", "127.0.0.1", $"subject=&category=0192&{Typed}");

    private byte[] SameRowsPost()
    {
        var tenant = NextTenant();
        return Post("/same-rows", "127.0.0.1", $"tenant={tenant.Tenant}&vendor={tenant.Vendor}&category={tenant.Routine}&{Typed}");
    }

    private static byte[] Post(string path, string host, string form) =>
        Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}");
}
