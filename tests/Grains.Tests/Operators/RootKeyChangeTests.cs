using System.Security.Cryptography;
using Backsoon.Accounts;
using Backsoon.Booking;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Backsoon.Operators;

/// <summary>What was wrapped by one root key goes on under another, and only under that.</summary>
[Collection(Backend.Name)]
public sealed class RootKeyChangeTests(Backend backend) : IDisposable
{
    private static readonly RootKey s_next = new([.. Enumerable.Repeat((byte)2, 32)]);
    private readonly RootKey _first = backend.RootKey;

    public void Dispose() => backend.RootKey = _first;

    [Fact, Promise("R44")]
    public async Task Mails_and_reports_that_wait_are_read_with_the_new_key()
    {
        var transport = new ScriptedTransport { Size = 1, Answer = (_, _) => Task.FromResult<Handover>(new Handover.TryLater("busy", null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        for (var number = 0; number < 3; number++)
            await pump.Post(tenant, $"tried {number}");
        await pump.Until(async () => await pump.Database.Scalar<long>("select count(*) from outbox where rendered is not null and batch is null") == 3, TimeSpan.FromSeconds(1), "all were tried");
        await pump.Stop();
        // More than are changed at once.
        await pump.Insert([.. Enumerable.Range(0, 250).Select(number => pump.Mail(tenant, $"fresh {number}"))]);
        await new WebhookWriter(pump.Database, backend.RootKey, pump.Clock).Write(new NewWebhook("resend", new WebhookEvent("msg_1", """{"type":"email.opened","data":{"email_id":"nobody"}}"""u8.ToArray())));

        // The key ring is the last.
        Assert.Equal(3 + 253 + 1 + 1, await Change(backend, pump.Database));

        var later = new ScriptedTransport();
        using var host = backend.Build(pump.Database, pump.Clock, services => services.AddSingleton(TestEmail.Registration).Replace(ServiceDescriptor.Singleton<MailTransport>(later)));
        await host.StartAsync();
        for (var minutes = 0; later.Words.Count() < 253 && minutes < 100; minutes++)
        {
            pump.Clock.Advance(TimeSpan.FromMinutes(1));
            await host.Tick();
            await Backend.Rest(host, pump.Clock);
        }

        Assert.Equal(253, later.Words.Distinct().Count());
        Assert.All(transport.Calls, call => Assert.Contains(later.Calls, one => one.Bytes.Contains(call.Bytes, StringComparison.Ordinal)));
        Assert.Equal("worked off", await pump.Database.Scalar<string>("select coalesce(error, 'worked off') from webhook where processed_at is not null"));
        await host.StopAsync();
    }

    [Fact, Promise("R44")]
    public async Task Calendars_stay_connected_and_are_told_and_given_back()
    {
        await using var office = await CalendarOffice.Open(backend);
        await office.Connect();
        var written = office.Appointment("Tom Baker");
        await office.Tell(written);
        await office.Written();
        var waiting = office.Appointment("Mia Berg");
        await office.Insert(waiting);

        await office.Restart(withGoogle: true, () => Change(backend, office.Database));
        Assert.True((await office.Busy()).IsKnown);
        await office.Tell(written with { Sequence = 1, Kind = CalendarWriteKind.Delete });
        await office.Written();
        Assert.Equal("Viewing with Mia Berg", CalendarOffice.Text(Assert.Single(office.Google.Events()), "summary"));

        office.Google.IsAway = true;
        await office.Calendar.Disconnect();
        await office.Restart(withGoogle: true, () => Change(backend, office.Database));
        office.Google.IsAway = false;
        await office.Until(() => Task.FromResult(!office.Google.IsGranted), "it is revoked", TimeSpan.FromMinutes(10));
    }

    [Fact, Promise("R44", "R12")]
    public async Task Links_the_log_a_canary_and_a_sign_in_that_was_cut_off_go_on()
    {
        await using var beside = await backend.Beside(change: services => services.Replace(ServiceDescriptor.Singleton(new CanarySetting(IsOn: true))));
        await beside.Grains.GetGrain<ICanaryGrain>(ICanaryGrain.Key).Tend();
        await beside.Rest();
        var ring = await beside.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read();
        var evidence = beside.Grains.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key);
        var row = await evidence.Append("""{"kept":true}""");
        var person = new Person(beside);
        await person.SignUp();
        await person.Settled();
        await beside.Database.Execute("alter table outbox rename to outbox_away");
        Assert.IsType<Asked.Accepted>(await (await person.Address()).AskToSignIn(person.Request()));
        await beside.Rest();

        await beside.Down(TimeSpan.FromMinutes(1), async () =>
        {
            await beside.Database.Execute("alter table outbox_away rename to outbox");
            Assert.Contains("\"Secrets\"", await beside.Database.Scalar<string>("select string_agg(convert_from(payload, 'UTF8'), '') from grain_state where grain_type = 'address'"), StringComparison.Ordinal);
            await Change(beside, beside.Database);
        });

        Assert.Equal(ring.Pseudonym, (await beside.Grains.GetGrain<IKeyRingGrain>(IKeyRingGrain.Key).Read()).Pseudonym);
        Assert.IsType<Redemption.Accepted>(await person.Link(await beside.Mails.Next(person.Email, "sign-in")).Spend(Person.NewSession(), person.Visitor));
        Assert.Equal(row.PublicKey, (await beside.Grains.GetGrain<IEvidenceGrain>(IEvidenceGrain.Key).Append("""{"kept":true}""")).PublicKey);
        await beside.Advance(TimeSpan.FromDays(1));
        await beside.Rest();
        await beside.Grains.GetGrain<ICanaryGrain>(ICanaryGrain.Key).Tend();
        await beside.Rest();
        Assert.Equal(1, await beside.Database.Scalar<long>("select count(*) from grain_state, jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'Canaries') one where grain_type = 'canary' and one ->> 'DeletedAt' is not null"));
    }

    [Fact, Promise("R44")]
    public async Task Where_something_cannot_be_read_nothing_is_changed_and_it_is_named()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        await pump.Stop();
        var (tenant, moved) = (await pump.Tenant(), Guid.CreateVersion7());
        await pump.Insert(pump.Mail(tenant, "fine"), pump.Mail(tenant, "moved to another row"));
        await pump.Execute("update outbox set id = $1 where id = (select max(id::text)::uuid from outbox)", moved);
        var before = await Everything(pump.Database);

        var refused = await Assert.ThrowsAsync<CryptographicException>(() => new RootKeyChange(pump.Database, backend.RootKey, s_next).Run(CancellationToken.None));

        Assert.Contains($"outbox/{moved:n}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Everything(pump.Database));
        Assert.True(await RootKeyChange.IsWrappedBy(backend.RootKey, pump.Database));
        Assert.False(await RootKeyChange.IsWrappedBy(s_next, pump.Database));
    }

    // And back again when it is changed a second time.
    private static async Task<int> Change(Backend owner, NpgsqlDataSource database)
    {
        var next = owner.RootKey == s_next ? new RootKey(new byte[32]) : s_next;
        var values = await new RootKeyChange(database, owner.RootKey, next).Run(CancellationToken.None);
        Assert.False(await RootKeyChange.IsWrappedBy(owner.RootKey, database));
        owner.RootKey = next;
        return values;
    }

    private static Task<string> Everything(NpgsqlDataSource database) =>
        database.Scalar<string>("select (select string_agg(outbox::text, ' ' order by id) from outbox) || (select string_agg(grain_state::text, ' ' order by grain_type, grain_key) from grain_state)");
}
