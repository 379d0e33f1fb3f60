using Backsoon.Embedded;
using Npgsql;

namespace Backsoon.Faults;

/// <summary>The product is killed between the writes of sign-up and sign-in. Whoever was answered is in; whoever was not gets in by doing the same again.</summary>
[Collection(nameof(KillTests))]
public sealed class EntranceKillTests
{
    private static int Kills => Environment.GetEnvironmentVariable("BACKSOON_FAULTS") == "full" ? 200 : 25;

    [Fact]
    public async Task A_sign_up_cut_off_anywhere_ends_whole_and_never_half()
    {
        await using var postgres = await PrivatePostgres.StartThrowaway(durable: true);
        var database = await postgres.CreateDatabase("entrances");
        await using var resend = new ResendStandIn();
        await resend.Start();
        await using var product = new ProductProcess(database, new Dictionary<string, string> { ["MAIL_FROM"] = "desk@example.com", ["RESEND_API_KEY"] = "re_test", ["RESEND_URL"] = resend.Address });
        var random = new Random(20260109);
        var people = new List<Newcomer>();

        for (var kill = 0; kill < Kills; kill++)
        {
            await product.Start();
            people.AddRange(Enumerable.Range(0, 3).Select(i => new Newcomer($"n{kill}-{i}-office", product, resend)));
            using var ends = new CancellationTokenSource();
            // Three newcomers send twelve requests at the least, so the one that the kill waits for always comes, however fast the machine.
            using var steps = new CountdownEvent(random.Next(1, 13));
            var entering = Task.WhenAll(people.Where(p => !p.IsIn).TakeLast(12).Select(p => p.Enter(ends.Token, () => Count(steps))));
            await Task.Run(() => steps.Wait(TimeSpan.FromSeconds(60)));
            Assert.True(steps.IsSet, $"Nobody went on: {people[^1].Last}\n{product.Log()}");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 12)), TimeProvider.System);
            await product.Kill();
            await ends.CancelAsync();
            await entering;
        }

        await product.Start();
        foreach (var person in people.Where(p => !p.IsIn))
            await person.Enter(CancellationToken.None);

        Assert.Equal(Kills, product.Kills);
        Assert.True(people.Sum(p => p.CutOff) > Kills / 2, $"Only {people.Sum(p => p.CutOff)} requests were cut off by {Kills} kills: the storm proved nothing.");
        Assert.All(people, person => Assert.True(person.IsIn, $"{person.Slug} never got in: {person.Last}\n{product.Log()}"));
        foreach (var person in people)
            await person.SeesTheBoardAndItsDesk();
        await using var source = NpgsqlDataSource.Create(database);
        await using var count = source.CreateCommand("select (select count(*) from tenant), (select count(distinct tenant_id) from category)");
        await using var reader = await count.ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.Equal((people.Count, people.Count), ((int)reader.GetInt64(0), (int)reader.GetInt64(1)));
    }

    private static void Count(CountdownEvent steps)
    {
        lock (steps)
        {
            if (!steps.IsSet)
                steps.Signal();
        }
    }
}
