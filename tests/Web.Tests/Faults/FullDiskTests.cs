using System.Diagnostics;
using System.Net;
using Backsoon.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Backsoon.Faults;

/// <summary>The disk fills up while callers write, and somebody makes room again.</summary>
[Collection(nameof(KillTests))]
public sealed class FullDiskTests
{
    private const int Callers = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [SmallDiskFact, Trait("Abuse", "41")]
    public async Task Requests_are_refused_and_pages_are_shown_while_the_disk_is_full_and_all_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(megabytes: 256)!;
        await using var postgres = await PrivatePostgres.Start(disk.Folder, NullLogger.Instance, CancellationToken.None);
        var database = await postgres.CreateDatabase("full");
        var planted = await Planted.In(database);
        await using var product = new ProductProcess(database, new Dictionary<string, string>());
        await product.Start();
        using var client = product.Client();
        var desk = new Uri($"http://{planted.Slug}.localhost:{product.Port}/");
        using var form = planted.Form(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), "The first drop");
        using var first = await client.PostAsync(desk, form);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);

        var load = new DispatchLoad(planted, product);
        using var ends = new CancellationTokenSource();
        var running = load.Run(Callers, ends.Token);
        // What is written on the full disk has room in the log that is begun now; for a further piece of it there would be none.
        await using (var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Username = "postgres", Pooling = false }.ConnectionString))
        await using (var anew = administrator.CreateCommand("select pg_switch_wal()"))
            await anew.ExecuteNonQueryAsync();
        await load.AnsweredMore(than: load.Answered.Count + 20, s_patience);
        var server = postgres.ServerProcessId;
        disk.Fill();
        await NothingIsAnswered(load, disk);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(desk)).StatusCode);
        Assert.Contains("What happened", await client.GetStringAsync(new Uri(desk, first.Headers.Location!)), StringComparison.Ordinal);
        Assert.Equal(server, postgres.ServerProcessId);

        disk.MakeRoom();
        await load.AnsweredMore(than: load.Answered.Count + 20, s_patience);
        await ends.CancelAsync();
        await running;
        await load.RepeatUnanswered();
        await KillTests.OutboxIsEmpty(database);
        var stored = await KillTests.Ids(database);
        Assert.Empty(load.Answered.Except(stored));
        Assert.Equal(load.Sent.Count + 1, stored.Count);
        Assert.Empty(load.Surprises);
    }

    // Pages that are half empty take a few more requests: full is when a hundred in a row were refused.
    private static async Task NothingIsAnswered(DispatchLoad load, SmallDisk disk)
    {
        var clock = Stopwatch.StartNew();
        var (answered, refused) = (load.Answered.Count, load.Refused);
        while (load.Refused < refused + 100)
        {
            Assert.True(clock.Elapsed < s_patience, $"{load.Answered.Count} requests were answered and {load.Refused} refused, on a full disk.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            disk.Fill();
            if (load.Answered.Count > answered)
                (answered, refused) = (load.Answered.Count, load.Refused);
        }
    }
}
