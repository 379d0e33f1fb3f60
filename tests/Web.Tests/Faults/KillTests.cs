using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Backsoon.Embedded;
using Npgsql;

namespace Backsoon.Faults;

/// <summary>The product is killed with signal 9 at random moments under load; PostgreSQL is killed under it. What was answered is there, and every mail goes out once.</summary>
[Collection(nameof(KillTests)), CollectionDefinition(nameof(KillTests), DisableParallelization = true)]
public sealed class KillTests
{
    private const int Callers = 8;

    private static int Kills => Environment.GetEnvironmentVariable("BACKSOON_FAULTS") == "full" ? 200 : 25;

    [Fact]
    public async Task Nothing_that_was_answered_is_lost_and_no_mail_goes_out_twice_when_the_product_is_killed()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway(durable: true);
        var database = await postgres.CreateDatabase("kills");
        var planted = await Planted.In(database);
        await using var resend = new ResendStandIn { MisbehavesEvery = 7 };
        await resend.Start();
        await using var product = new ProductProcess(database, new Dictionary<string, string> { ["MAIL_FROM"] = "desk@example.com", ["RESEND_API_KEY"] = "re_test", ["RESEND_URL"] = resend.Address });
        var load = new DispatchLoad(planted, product);
        var random = new Random(20260108);

        for (var kill = 0; kill < Kills; kill++)
        {
            await product.Start();
            using var ends = new CancellationTokenSource();
            var running = load.Run(Callers, ends.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 900)), TimeProvider.System);
            await product.Kill();
            await ends.CancelAsync();
            await running;
        }

        await NobodyHoldsMails(database);
        await product.Start();
        await load.RepeatUnanswered();
        await OutboxIsEmpty(database);

        Assert.Equal(Kills, product.Kills);
        Assert.True(load.CutOff > 0, "No request was under way when the product was killed: the storm proved nothing.");
        Assert.True(resend.Misbehaved > 0, "The provider never misbehaved.");
        Assert.Empty(resend.Complaints);
        var stored = await Ids(database);
        Assert.Empty(load.Answered.Except(stored));
        Assert.Equal(load.Sent.Order(), stored.Order());
        var delivered = resend.Delivered.Where(mail => mail.To == Planted.VendorAddress).Select(mail => Marker(mail.Text)).ToArray();
        Assert.Equal(stored.Select(id => id.ToString("n")).Order(), delivered.Order());
    }

    [Fact]
    public async Task Nothing_that_was_answered_is_lost_when_PostgreSQL_is_killed_and_requests_go_on_when_it_is_back()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway(durable: true);
        var database = await postgres.CreateDatabase("outages");
        var planted = await Planted.In(database);
        await using var product = new ProductProcess(database, new Dictionary<string, string>());
        await product.Start();
        var load = new DispatchLoad(planted, product);

        for (var outage = 0; outage < 2; outage++)
        {
            using var ends = new CancellationTokenSource();
            var running = load.Run(Callers, ends.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(700), TimeProvider.System);
            var before = postgres.ServerProcessId;
            using (var server = Process.GetProcessById(before))
                server.Kill();
            // What its orphaned back ends still answer does not count, nor what each caller had under way, which the writer commits as soon as there is a server: the
            // product serves again when somebody is answered who asked after that.
            await IsAnotherProcess(postgres, before);
            await load.AnsweredMore(than: load.Answered.Count + 2 * Callers, within: TimeSpan.FromSeconds(40));
            await ends.CancelAsync();
            await running;
        }

        await load.RepeatUnanswered();
        var stored = await Ids(database);
        Assert.Empty(load.Answered.Except(stored));
        Assert.Equal(load.Sent.Order(), stored.Order());
        Assert.True(load.Refused > 0, "No request met the outage.");
        Assert.Empty(load.Surprises);
    }

    private static async Task IsAnotherProcess(PrivatePostgres postgres, int before)
    {
        var clock = Stopwatch.StartNew();
        while (postgres.ServerProcessId == before)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), "PostgreSQL was not started again.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    // How long those of the dead are left alone is proven elsewhere, too; nobody lives who could still hand one over.
    private static async Task NobodyHoldsMails(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("update outbox set leased_until = now() where status = 1");
        await command.ExecuteNonQueryAsync();
    }

    internal static async Task OutboxIsEmpty(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            // How long a retry waits is proven elsewhere; here it would only be waited for.
            await using var hasten = source.CreateCommand("update outbox set due_at = now() where status = 0 and due_at > now()");
            await hasten.ExecuteNonQueryAsync();
            await using var command = source.CreateCommand("select count(*), coalesce(string_agg(distinct status || ' ' || coalesce(last_error, ''), '; '), '') from outbox where status <> 2");
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            if (reader.GetInt64(0) == 0)
                return;
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(7), $"{reader.GetInt64(0)} mails are still not sent: {reader.GetString(1)}");
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        }
    }

    internal static async Task<List<Guid>> Ids(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("select id from dispatch");
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync())
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    private static string Marker(string mail) => mail[(mail.IndexOf("marker-", StringComparison.Ordinal) + 7)..][..32];
}

/// <summary>Callers who send requests and note what was answered.</summary>
public sealed class DispatchLoad(Planted planted, ProductProcess product)
{
    private readonly ConcurrentDictionary<Guid, bool> _sent = new();
    private readonly ConcurrentQueue<string> _surprises = new();
    private int _cutOff;
    private int _refused;

    public IReadOnlyCollection<Guid> Sent => [.. _sent.Keys];

    public IReadOnlyCollection<Guid> Answered => [.. _sent.Where(s => s.Value).Select(s => s.Key)];

    /// <summary>Requests whose connection broke.</summary>
    public int CutOff => _cutOff;

    /// <summary>Requests that were told to come back: 503.</summary>
    public int Refused => _refused;

    public IReadOnlyCollection<string> Surprises => _surprises;

    public Task Run(int callers, CancellationToken cancellation) => Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
    {
        using var client = product.Client();
        while (!cancellation.IsCancellationRequested)
            await Send(client, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), cancellation);
    }));

    /// <summary>What a browser's reload does: the same form once more, for everything that got no answer.</summary>
    public async Task RepeatUnanswered()
    {
        using var client = product.Client();
        foreach (var id in _sent.Where(s => !s.Value).Select(s => s.Key))
            await Send(client, id, CancellationToken.None);
        Assert.True(_sent.Values.All(answered => answered), $"A repeated form was not answered. The product said:\n{product.Log()}");
    }

    public async Task AnsweredMore(int than, TimeSpan within)
    {
        var clock = Stopwatch.StartNew();
        while (Answered.Count < than)
        {
            Assert.True(clock.Elapsed < within, $"No more requests are answered. The product said:\n{product.Log()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private async Task Send(HttpClient client, Guid id, CancellationToken cancellation)
    {
        _sent.TryAdd(id, false);
        try
        {
            using var form = planted.Form(id, $"marker-{id:n} water on the floor");
            using var answer = await client.PostAsync(new Uri($"http://{planted.Slug}.localhost:{product.Port}/"), form, CancellationToken.None);
            if (answer.StatusCode == HttpStatusCode.SeeOther)
                _sent[id] = true;
            else if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                Interlocked.Increment(ref _refused);
            else
                _surprises.Enqueue($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or SocketException)
        {
            Interlocked.Increment(ref _cutOff);
            if (!cancellation.IsCancellationRequested)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }
}
