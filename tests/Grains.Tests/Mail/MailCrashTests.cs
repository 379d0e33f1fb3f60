using System.Text;
using Backsoon.Storage;
using Npgsql;

namespace Backsoon.Mail;

/// <summary>A pump dies somewhere between a claim and its record; another one comes after it.</summary>
[Collection(Backend.Name)]
public sealed class MailCrashTests(Backend backend)
{
    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public async Task What_was_claimed_and_not_handed_over_goes_out_when_the_lease_is_over(int hours)
    {
        var transport = new ScriptedTransport { Remembers = TimeSpan.FromHours(hours) };
        OutgoingMail mail = null!;
        await using var pump = await Pump.Start(backend, transport, async pump => mail = (await Claimed(pump, "leak")).Mail);
        await pump.Pass(TimeSpan.FromMinutes(2), await pump.Tenant());
        Assert.Equal(0, transport.Times("leak"));
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Sent, TimeSpan.FromSeconds(10), "it goes out");
        Assert.Equal(1, transport.Times("leak"));
    }

    [Fact]
    public async Task What_was_handed_over_under_a_key_is_handed_over_again_under_it()
    {
        var transport = new ScriptedTransport();
        var batch = Guid.CreateVersion7(new ManualClock().GetUtcNow());
        OutgoingMail mail = null!;
        await using var pump = await Pump.Start(backend, transport, async pump => mail = await HandedOver(pump, transport, batch));
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Sent, TimeSpan.FromSeconds(10), "it goes out");
        var call = Assert.Single(transport.Calls);
        Assert.Equal((batch, "rendered by the first"), (call.Batch, call.Words[0]));
    }

    [Fact]
    public async Task A_batch_is_asked_about_whole_though_somebody_holds_one_of_its_mails()
    {
        var transport = new ScriptedTransport();
        var batch = Guid.CreateVersion7(new ManualClock().GetUtcNow());
        var mails = new List<OutgoingMail>();
        await using var pump = await Pump.Start(backend, transport, async pump =>
        {
            mails.Add(await HandedOver(pump, transport, batch));
            mails.Add(await HandedOver(pump, transport, batch));
        });
        await using var holder = await pump.Database.OpenConnectionAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select from outbox where id = $1 for key share", holder) { Parameters = { new() { Value = mails[0].Id } } };
        await hold.ExecuteNonQueryAsync();
        var released = Release();

        await pump.Until(async () => await pump.Status(mails[0]) == DeliveryStatus.Sent && await pump.Status(mails[1]) == DeliveryStatus.Sent, TimeSpan.FromSeconds(10), "both go out");

        await released;
        Assert.Equal(2, Assert.Single(transport.Calls).Words.Length);

        async Task Release()
        {
            await Backend.Eventually(async () => !transport.Calls.IsEmpty || (long)(await pump.Scalar("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"))! > 0, "the pump came to it");
            await holding.CommitAsync();
        }
    }

    // A pump that comes after a dead one takes what that one had in the order of the ids; so have those it may meet there.
    [Fact]
    public async Task Two_who_take_the_same_mails_never_wait_for_each_other()
    {
        var (claim, batch) = (Guid.CreateVersion7(new ManualClock().GetUtcNow()), Guid.CreateVersion7(new ManualClock().GetUtcNow()));
        var mails = new List<OutgoingMail>();
        await using var pump = await Pump.Start(backend, new ScriptedTransport(), async pump =>
        {
            var tenant = await pump.Tenant();
            mails.AddRange(pump.Mail(tenant, "leak"), pump.Mail(tenant, "noise"));
            // On the disk the other way round.
            mails.Sort((one, other) => other.Id.CompareTo(one.Id));
            foreach (var mail in mails)
                await pump.Insert(mail);
            Assert.Equal(2, (await pump.Queue.ClaimFresh(claim, 10, TimeSpan.FromMinutes(3))).Count);
        });

        await MeetOn(async () => Assert.Equal(2, (await pump.Queue.Begin(claim, batch, mails.ConvertAll(mail => (mail.Id, new byte[1])), TimeSpan.FromMinutes(3))).Count));
        await MeetOn(() => pump.Queue.Record(batch, mails.ConvertAll(mail => new MailOutcome(mail.Id, DeliveryStatus.Sent, null, false, "sent", null, null))));

        Assert.All(await Task.WhenAll(mails.Select(pump.Status)), status => Assert.Equal(DeliveryStatus.Sent, status));

        async Task MeetOn(Func<Task> take)
        {
            await using var other = await pump.Database.OpenConnectionAsync();
            await using var work = await other.BeginTransactionAsync();
            await Lock(mails[1]);
            var taking = take();
            await Backend.Eventually(async () => await pump.Database.Scalar<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") == 1, "one waits for the other");
            await Lock(mails[0]);
            await work.CommitAsync();
            await taking;

            async Task Lock(OutgoingMail mail)
            {
                await using var command = new NpgsqlCommand("select from outbox where id = $1 for update", other) { Parameters = { new() { Value = mail.Id } } };
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    [Fact]
    public async Task What_was_handed_over_without_a_key_waits_for_a_person()
    {
        var transport = new ScriptedTransport { Remembers = TimeSpan.Zero };
        OutgoingMail mail = null!;
        await using var pump = await Pump.Start(backend, transport, async pump => mail = await HandedOver(pump, transport, Guid.CreateVersion7(pump.Clock.GetUtcNow())));
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Unknown, TimeSpan.FromSeconds(10), "it is unknown");
        await pump.Pass(TimeSpan.FromDays(2), await pump.Tenant());
        Assert.Equal(0, transport.Times("rendered by the first"));
        Assert.Equal("unknown", await pump.Scalar("select string_agg(outcome, ' ') from mail_attempt where mail_id = $1", mail.Id));
    }

    [Fact]
    public async Task A_batch_that_waited_longer_than_the_provider_remembers_is_unknown()
    {
        var transport = new ScriptedTransport();
        OutgoingMail mail = null!;
        await using var pump = await Pump.Start(backend, transport, async pump =>
        {
            mail = await HandedOver(pump, transport, Guid.CreateVersion7(pump.Clock.GetUtcNow()));
            pump.Clock.Advance(TimeSpan.FromHours(24));
        });
        await pump.Becomes(mail, DeliveryStatus.Unknown);
        Assert.Empty(transport.Calls);
    }

    [Fact]
    public async Task An_outcome_the_database_would_not_take_is_written_when_it_does()
    {
        var transport = new ScriptedTransport { Remembers = TimeSpan.Zero };
        await using var pump = await Pump.Start(backend, transport);
        await pump.Execute("create sequence refusals");
        await pump.Execute(
            """
            create function refuse() returns trigger language plpgsql as $$ begin
                if nextval('refusals') <= 2 then raise exception 'the disk is full'; end if; return new;
            end $$
            """);
        await pump.Execute("create trigger refuse before update on outbox for each row when (new.status = 2) execute function refuse()");
        var mail = await pump.Post(await pump.Tenant(), "leak");
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Sent, TimeSpan.FromSeconds(1), "it is recorded");
        Assert.Equal(3L, await pump.Scalar("select last_value from refusals"));
        Assert.Equal(["leak"], transport.Words);
    }

    private static async Task<(OutgoingMail Mail, Guid Claim)> Claimed(Pump pump, string word)
    {
        var mail = pump.Mail(await pump.Tenant(), word);
        await pump.Insert(mail);
        var claim = Guid.CreateVersion7(pump.Clock.GetUtcNow());
        Assert.Equal(mail.Id, Assert.Single(await pump.Queue.ClaimFresh(claim, 10, TimeSpan.FromMinutes(3))).Id);
        return (mail, claim);
    }

    private static async Task<OutgoingMail> HandedOver(Pump pump, MailTransport transport, Guid batch)
    {
        var (mail, claim) = await Claimed(pump, "leak");
        var rendered = EmailRenderer.Render(mail.Id, TestEmail.Kind, new TestEmail("rendered by the first").Compose(), mail.To, transport.From);
        var wrapped = new RootKey(new byte[32]).Wrap(Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(rendered, EmailKinds.Json)), $"outbox/{mail.Id:n}/rendered");
        Assert.Equal([mail.Id], await pump.Queue.Begin(claim, batch, [(mail.Id, wrapped)], TimeSpan.FromMinutes(3)));
        return mail;
    }
}
