using Backsoon.Mail;
using Backsoon.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Backsoon.Accounts;

[Collection(Backend.Name)]
public sealed class KeyRingTests(Backend backend)
{
    private const string Purpose = TokenPurpose.See;

    private static int s_rings;

    private readonly IKeyRingGrain _ring = backend.Grains.GetGrain<IKeyRingGrain>($"key-ring/test-{Interlocked.Increment(ref s_rings)}");

    private DateTimeOffset Now => backend.Clock.GetUtcNow();

    [Fact]
    public async Task The_ring_is_made_once_and_kept()
    {
        var rings = await Task.WhenAll(_ring.Read(), _ring.Read());
        await backend.Restart();
        var again = await _ring.Read();
        Assert.All(rings, ring => Assert.Equal(again.Pseudonym, ring.Pseudonym));
        Assert.Equal(rings[0].Tokens.Keys.Single().Bytes, again.Tokens.Keys.Single().Bytes);
    }

    [Fact, Promise("R12")]
    public async Task After_a_rotation_links_are_signed_with_the_new_key_and_old_ones_still_verify()
    {
        var before = await _ring.Read();
        var token = before.Tokens.Sign(Purpose, Now + TimeSpan.FromDays(90), "tenant");

        var rotated = await _ring.Rotate();
        Assert.Equal(before.Tokens.Keys[0].Id, rotated.Tokens.Keys[0].Id);
        Assert.Equal(2, rotated.Tokens.Keys.Length);
        await backend.Advance(KeyRingGrain.Publication);

        var after = await _ring.Read();
        Assert.NotEqual(before.Tokens.Keys[0].Id, after.Tokens.Keys[0].Id);
        Assert.Equal(TokenStanding.Valid, after.Tokens.Read(Purpose, token, Now).Standing);
        Assert.Equal(before.Pseudonym, after.Pseudonym);
    }

    [Fact, Promise("R12")]
    public async Task After_a_replacement_nothing_that_was_signed_before_counts_and_the_new_key_signs_at_once()
    {
        var before = await _ring.Read();
        await _ring.Rotate();
        var token = before.Tokens.Sign(Purpose, Now + TimeSpan.FromDays(90), "tenant");

        var after = await _ring.Replace();

        Assert.NotEqual(TokenStanding.Valid, after.Tokens.Read(Purpose, token, Now).Standing);
        Assert.Equal(TokenStanding.Valid, after.Tokens.Read(Purpose, after.Tokens.Sign(Purpose, Now + TimeSpan.FromDays(90), "tenant"), Now).Standing);
        // Names of grains are made with it.
        Assert.Equal(before.Pseudonym, after.Pseudonym);
        await backend.Restart();
        Assert.Equal(after.Tokens.Keys.Single().Id, (await _ring.Read()).Tokens.Keys.Single().Id);
    }

    [Fact, Promise("R12")]
    public async Task No_process_meets_a_token_of_a_key_it_has_not_heard_of()
    {
        var heard = new Queue<KeyRing>([await _ring.Read()]);
        await _ring.Rotate();
        for (var second = 0; second < 240; second += 10)
        {
            // The slowest process knows the ring of a minute ago.
            var fresh = await _ring.Read();
            heard.Enqueue(fresh);
            var known = heard.Count > 6 ? heard.Dequeue() : heard.Peek();
            Assert.Equal(TokenStanding.Valid, known.Tokens.Read(Purpose, fresh.Tokens.Sign(Purpose, Now + TimeSpan.FromDays(1), "x"), Now).Standing);
            Assert.Equal(TokenStanding.Valid, fresh.Tokens.Read(Purpose, known.Tokens.Sign(Purpose, Now + TimeSpan.FromDays(1), "x"), Now).Standing);
            await backend.Advance(TimeSpan.FromSeconds(10));
        }
    }

    [Fact, Promise("R12")]
    public async Task A_key_goes_when_the_last_token_it_signed_is_over()
    {
        var first = (await _ring.Read()).Tokens.Keys[0].Id;
        await _ring.Rotate();
        await backend.Advance(KeyRingGrain.Publication + Keys.Refresh);
        await backend.Advance(TokenKeys.LongestLife);
        Assert.Contains((await _ring.Read()).Tokens.Keys, key => key.Id == first);

        await backend.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain((await _ring.Read()).Tokens.Keys, key => key.Id == first);
        await _ring.Rotate();
        Assert.DoesNotContain((await _ring.Read()).Tokens.Keys, key => key.Id == first);
    }

    [Fact, Promise("R12")]
    public async Task No_token_is_signed_for_longer_than_its_key_is_kept()
    {
        var ring = await _ring.Read();
        var longest = Now + Keys.Refresh + TokenKeys.LongestLife;
        Assert.Equal(TokenStanding.Valid, ring.Tokens.Read(Purpose, ring.Tokens.Sign(Purpose, longest, "x"), Now).Standing);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Tokens.Sign(Purpose, longest + TimeSpan.FromTicks(1), "x"));
    }

    [Fact, Promise("R44")]
    public async Task The_ring_cannot_be_read_from_the_database_without_the_root_key()
    {
        var database = await backend.NewDatabase();
        byte[] secret;
        using (var host = backend.Build(database, new ManualClock(), _ => { }))
        {
            await host.StartAsync();
            secret = (await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read()).Pseudonym;
            await host.StopAsync();
        }

        var payload = await database.Scalar<byte[]>("select payload from grain_state where grain_key = $1", IKeyRingGrain.Key);
        Assert.DoesNotContain(Convert.ToBase64String(secret), System.Text.Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
        await Strangers(database, async (stranger, start) =>
        {
            Assert.Contains("another root key", (await Assert.ThrowsAsync<InvalidOperationException>(start)).Message, StringComparison.Ordinal);
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => stranger.Services.GetRequiredService<IGrainFactory>().GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read());
            Assert.Contains("another root key", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact, Promise("R44")]
    public async Task A_start_with_another_root_key_is_refused_and_every_waiting_mail_still_waits()
    {
        var transport = new ScriptedTransport { Answer = (_, _) => Task.FromResult<Handover>(new Handover.TryLater("busy", null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        await pump.Post(tenant, "tried");
        await Backend.Eventually(async () => await pump.Database.Scalar<long>("select count(*) from outbox where attempts = 1 and batch is null") == 1, "one mail was tried");
        await pump.Stop();
        await pump.Insert(pump.Mail(tenant, "fresh"));
        var before = await Waiting(pump);

        await Strangers(pump.Database, async (stranger, start) =>
        {
            await Assert.ThrowsAsync<InvalidOperationException>(start);
            // The second wall: a pump that is woken all the same opens nothing, and gives nothing up.
            var grain = stranger.Services.GetRequiredService<IGrainFactory>().GetGrain<IMailGrain>(stranger.Services.GetRequiredService<MailTransport>().GrainKey);
            await grain.Start();
            await stranger.Tick();
        }, pump.Clock);

        Assert.Equal(before, await Waiting(pump));
        Assert.Equal(2, before.Split('\n').Length);
        Assert.Single(transport.Calls);
    }

    private static Task<string> Waiting(Pump pump) =>
        pump.Database.Scalar<string>("select string_agg(format('%s %s %s %s %s', id, status, attempts, batch, md5(body)), chr(10) order by id) from outbox");

    /// <summary>A process that was given another root key, which may do what it likes.</summary>
    private async Task Strangers(Npgsql.NpgsqlDataSource database, Func<IHost, Func<Task>, Task> tries, ManualClock? clock = null)
    {
        using var stranger = backend.Build(database, clock ?? new ManualClock(), services => services
            .Replace(ServiceDescriptor.Singleton(new RootKey([.. Enumerable.Repeat((byte)1, 32)])))
            .AddSingleton(TestEmail.Registration).Replace(ServiceDescriptor.Singleton<MailTransport>(new ScriptedTransport())));
        await tries(stranger, () => stranger.StartAsync());
        await stranger.StopAsync();
    }
}
