using Backsoon.Tenants;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class MailGrainTests(Backend backend)
{
    [Fact]
    public async Task A_mail_that_was_sent_leaves_its_record_and_not_its_words()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport);
        var mail = await pump.Post(await pump.Tenant(), "leak");
        await pump.Becomes(mail, DeliveryStatus.Sent);
        Assert.Equal(["leak"], transport.Words);
        Assert.Equal(true, await pump.Scalar("select body is null and rendered is null and sent_at is not null and provider_id = 'id' and attempts = 1 from outbox where id = $1", mail.Id));
        Assert.Equal("sent", await pump.Scalar("select outcome from mail_attempt where mail_id = $1", mail.Id));
    }

    [Fact, Promise("R44")]
    public async Task Until_it_is_sent_nobody_reads_it_in_the_database()
    {
        var transport = new ScriptedTransport { Answer = (_, _) => Task.FromResult<Handover>(new Handover.TryLater("busy", null)) };
        await using var pump = await Pump.Start(backend, transport);
        var mail = await pump.Post(await pump.Tenant(), "plumbago");
        await Backend.Eventually(async () => await pump.Scalar("select rendered from outbox where id = $1 and attempts = 1", mail.Id) is byte[], "it was tried");
        Assert.Equal(0L, await pump.Scalar("select count(*) from outbox where outbox::text like '%plumbago%' or position('plumbago'::bytea in body) > 0 or position('plumbago'::bytea in rendered) > 0 or outbox::text like '%rivera@%'"));
    }

    [Fact]
    public async Task What_nobody_told_the_pump_of_is_found_within_a_minute()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        await pump.Becomes(await pump.Post(tenant, "first"), DeliveryStatus.Sent);
        var mail = pump.Mail(tenant, "second");
        await pump.Insert(mail);
        await pump.Advance(TimeSpan.FromMinutes(1));
        await pump.Becomes(mail, DeliveryStatus.Sent);
    }

    [Fact]
    public async Task A_mail_refused_for_good_is_parked_at_once_and_stands_in_nobodys_way()
    {
        var transport = new ScriptedTransport { Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail) == "bad" ? new Handover.Refused("550 no such user") : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        var (bad, good) = (pump.Mail(tenant, "bad"), pump.Mail(tenant, "good"));
        await pump.Outbox.Post(bad, good);
        await pump.Becomes(bad, DeliveryStatus.Parked);
        await pump.Becomes(good, DeliveryStatus.Sent);
        await pump.Pass(TimeSpan.FromDays(1), tenant);
        Assert.Equal((1, 1), (transport.Times("bad"), transport.Times("good")));
        var stuck = Assert.Single(await pump.Stuck(tenant));
        Assert.Equal((bad.Id, "550 no such user", 1), (stuck.Id, stuck.LastError, stuck.Attempts));
    }

    [Fact]
    public async Task What_keeps_failing_backs_off_and_is_parked_and_a_person_can_send_it_again()
    {
        var works = false;
        var transport = new ScriptedTransport { Size = 1, Answer = (_, mail) => Task.FromResult<Handover>(works || ScriptedTransport.Word(mail) != "leak" ? new Handover.Sent(null) : new Handover.TryLater("450 busy", null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        var mail = await pump.Post(tenant, "leak");
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Parked, TimeSpan.FromMinutes(8), "it is parked");
        var times = transport.Calls.Select(call => call.At).ToList();
        Assert.Equal(RetrySchedule.MostAttempts, times.Count);
        Assert.All(times.Zip(times.Skip(1), (one, next) => next - one).Select((wait, i) => (Wait: wait, Least: RetrySchedule.AfterAttempt(i + 1, null, 0))), pause => Assert.True(pause.Wait >= pause.Least));
        Assert.Equal(RetrySchedule.MostAttempts, transport.Calls.Select(call => call.Batch).Distinct().Count());

        works = true;
        Assert.True(await pump.Grains.For(tenant).Deliveries().SendAgain(mail.Id));
        await pump.Becomes(mail, DeliveryStatus.Sent);
        Assert.Empty(await pump.Stuck(tenant));
        Assert.Equal(RetrySchedule.MostAttempts + 2L, await pump.Scalar("select count(*) from mail_attempt where mail_id = $1", mail.Id));
    }

    [Fact]
    public async Task An_unknown_outcome_is_asked_about_under_the_same_key_with_the_same_bytes()
    {
        var lost = 3;
        var transport = new ScriptedTransport { Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail) != "later" && Interlocked.Decrement(ref lost) >= 0 ? new Handover.Unknown("500") : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        OutgoingMail[] mails = [pump.Mail(tenant, "one"), pump.Mail(tenant, "two"), pump.Mail(tenant, "three")];
        await pump.Outbox.Post(mails);
        await Backend.Eventually(async () => (int)(await pump.Scalar("select min(attempts) from outbox"))! == 1, "the first call was recorded");
        var later = await pump.Post(tenant, "later");
        await pump.Until(async () => await pump.Status(later) == DeliveryStatus.Sent && await pump.Status(mails[0]) == DeliveryStatus.Sent, TimeSpan.FromSeconds(1), "all is sent");
        var calls = transport.Calls.Where(call => !call.Words.Contains("later")).ToList();
        Assert.Equal(2, calls.Count);
        Assert.Single(calls.Select(call => (call.Batch, call.Bytes)).Distinct());
        Assert.Equal(["later"], Assert.Single(transport.Calls, call => call.Words.Contains("later")).Words);
    }

    [Fact]
    public async Task Not_now_says_nothing_of_an_earlier_call_whose_answer_was_lost()
    {
        var calls = 0;
        Handover answer = new Handover.Sent(null);
        var transport = new ScriptedTransport
        {
            Size = 2,
            Answer = (_, mail) =>
            {
                // Of both mails of a call the same.
                if (ScriptedTransport.Word(mail) == "one")
                    answer = ++calls switch { 1 => new Handover.Unknown("cut off"), 2 => new Handover.TryLater("429", TimeSpan.FromSeconds(90), Everyone: true), _ => new Handover.Sent(null) };
                return Task.FromResult(answer);
            },
        };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        OutgoingMail[] mails = [pump.Mail(tenant, "one"), pump.Mail(tenant, "two")];
        await pump.Outbox.Post(mails);
        await pump.Until(async () => await pump.Status(mails[0]) == DeliveryStatus.Sent && await pump.Status(mails[1]) == DeliveryStatus.Sent, TimeSpan.FromSeconds(1), "all is sent");

        Assert.Equal(3, transport.Calls.Count);
        Assert.Single(transport.Calls.Select(call => (call.Batch, call.Bytes)).Distinct());
        var waits = transport.Calls.Zip(transport.Calls.Skip(1), (one, next) => next.At - one.At).ToArray();
        Assert.True(waits[1] >= TimeSpan.FromSeconds(90), $"asked again after {waits[1]}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public async Task Past_the_life_of_the_key_nothing_is_sent_blindly(int hours)
    {
        var transport = new ScriptedTransport { Size = 1, Remembers = TimeSpan.FromHours(hours), Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail) == "leak" ? new Handover.Unknown("cut off") : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        var mail = await pump.Post(tenant, "leak");
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Unknown, TimeSpan.FromMinutes(8), "it is unknown");
        var calls = transport.Times("leak");
        Assert.True(hours == 0 ? calls == 1 : calls > 5);
        Assert.All(transport.Calls, call => Assert.True(call.At - transport.Calls.First().At < TimeSpan.FromHours(Math.Max(hours, 1))));
        await pump.Pass(TimeSpan.FromDays(3), tenant);
        Assert.Equal(calls, transport.Times("leak"));

        transport.Answer = (_, _) => Task.FromResult<Handover>(new Handover.Sent(null));
        Assert.True(await pump.Grains.For(tenant).Deliveries().SendAgain(mail.Id));
        await pump.Becomes(mail, DeliveryStatus.Sent);
        Assert.NotEqual(transport.Calls.First().Batch, transport.Calls.Last().Batch);
    }

    [Theory]
    [InlineData("550 5.1.1 <rivera@example.com>: no such user", "550 5.1.1 <…@…>: no such user")]
    [InlineData("rivera@example.com\r\nis\0gone", "…@… is gone")]
    public async Task What_a_server_says_is_kept_without_the_address_it_repeats(string said, string kept)
    {
        var transport = new ScriptedTransport { Answer = (_, _) => Task.FromResult<Handover>(new Handover.Refused(said)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        await pump.Becomes(await pump.Post(tenant, "leak"), DeliveryStatus.Parked);
        var stuck = Assert.Single(await pump.Stuck(tenant));
        Assert.Equal((kept, kept), (stuck.LastError, Assert.Single(stuck.History).Detail));
    }

    [Fact]
    public async Task A_mail_that_cannot_be_read_is_parked_and_the_rest_goes_out()
    {
        var transport = new ScriptedTransport();
        OutgoingMail spoilt = null!, good = null!;
        await using var pump = await Pump.Start(backend, transport, async pump =>
        {
            var tenant = await pump.Tenant();
            (spoilt, good) = (pump.Mail(tenant, "spoilt"), pump.Mail(tenant, "good"));
            await pump.Insert(spoilt, good);
            await pump.Execute("update outbox set body = $2 where id = $1", spoilt.Id, new byte[] { 1, 2, 3 });
        });
        await pump.Becomes(spoilt, DeliveryStatus.Parked);
        await pump.Becomes(good, DeliveryStatus.Sent);
        Assert.Equal(["good"], transport.Words);
    }

    [Fact]
    public async Task A_business_that_is_erased_while_its_mail_is_out_leaves_nothing()
    {
        var gate = new TaskCompletionSource<Handover>(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport { Answer = (_, mail) => ScriptedTransport.Word(mail) == "erased" ? gate.Task : Task.FromResult<Handover>(new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var (gone, other) = (await pump.Tenant(), await pump.Tenant());
        await pump.Post(gone, "erased");
        await Backend.Eventually(() => Task.FromResult(!transport.Calls.IsEmpty), "the call is out");
        await pump.Execute("delete from tenant where id = $1", gone.Value);
        gate.SetResult(new Handover.Sent(null));
        await pump.Becomes(await pump.Post(other, "next"), DeliveryStatus.Sent);
        Assert.Equal(1L, await pump.Scalar("select (select count(*) from outbox) * (select count(*) from mail_attempt)"));
    }
}
