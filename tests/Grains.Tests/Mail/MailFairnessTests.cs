using Backsoon.Tenants;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class MailFairnessTests(Backend backend)
{
    [Fact]
    public async Task A_business_with_many_mails_does_not_make_another_wait()
    {
        var transport = new ScriptedTransport { Size = 1 };
        await using var pump = await Pump.Start(backend, transport, async pump =>
        {
            var (busy, calm) = (await pump.Tenant(), await pump.Tenant());
            await pump.Insert(Many(pump, busy, "busy", 200));
            await pump.Insert(Many(pump, calm, "calm", 3));
        });
        await pump.Until(() => Task.FromResult(transport.Words.Count() == 203), TimeSpan.FromSeconds(1), "all are sent");
        Assert.Equal(3, transport.Words.Take(16).Count(word => word.StartsWith("calm", StringComparison.Ordinal)));
        Assert.Equal(203, transport.Words.Distinct().Count());
    }

    [Fact]
    public async Task Sign_in_comes_first_then_what_is_urgent_and_the_rest_is_not_shut_out()
    {
        var transport = new ScriptedTransport { Size = 1 };
        await using var pump = await Pump.Start(backend, transport, async pump =>
        {
            var (flooded, calm) = (await pump.Tenant(), await pump.Tenant());
            await pump.Insert(Many(pump, flooded, "flood", 100, MailPriority.Urgent));
            await pump.Insert([.. Many(pump, calm, "calm", 2), pump.SignIn("sign-in")]);
        });
        await pump.Until(() => Task.FromResult(transport.Words.Count() == 103), TimeSpan.FromSeconds(1), "all are sent");
        var first = transport.Words.Take(16).ToList();
        Assert.Equal("sign-in", first[0]);
        Assert.StartsWith("flood", first[1], StringComparison.Ordinal);
        Assert.Contains(first, word => word.StartsWith("calm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_businesss_failing_mails_do_not_hold_up_anothers()
    {
        var transport = new ScriptedTransport
        {
            Size = 10,
            Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail).StartsWith("bad", StringComparison.Ordinal) ? new Handover.TryLater("450 busy", null) : new Handover.Sent(null)),
        };
        await using var pump = await Pump.Start(backend, transport);
        var (bad, good) = (await pump.Tenant(), await pump.Tenant());
        await pump.Outbox.Post(Many(pump, bad, "bad", 150));
        await pump.Outbox.Post(Many(pump, good, "good", 5));
        var began = pump.Clock.GetUtcNow();
        await Backend.Eventually(() => Task.FromResult(transport.Words.Count(word => word.StartsWith("good", StringComparison.Ordinal)) == 5), "the good ones go out");
        Assert.Equal(began, pump.Clock.GetUtcNow());
        Assert.Equal(5L, await pump.Scalar("select count(*) from outbox where tenant_id = $1", good.Value));
    }

    [Fact]
    public async Task A_transport_that_fails_for_everyone_is_left_alone_for_a_while_and_nothing_is_lost()
    {
        var down = true;
        var transport = new ScriptedTransport { Size = 10, Answer = (_, _) => Task.FromResult<Handover>(down ? new Handover.TryLater("connection refused", null, Everyone: true) : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        await pump.Outbox.Post(Many(pump, tenant, "leak", 300));
        var began = pump.Clock.GetUtcNow();
        await pump.Until(() => Task.FromResult(pump.Clock.GetUtcNow() - began > TimeSpan.FromMinutes(5)), TimeSpan.FromSeconds(1), "five minutes pass");
        Assert.InRange(transport.Calls.Count, 2, 16);
        down = false;
        await pump.Until(async () => (long)(await pump.Scalar("select count(*) from outbox where status = 2"))! == 300, TimeSpan.FromSeconds(10), "all are sent");
    }

    [Fact]
    public async Task Where_many_businesses_wait_each_has_its_turn_before_any_has_another()
    {
        const int Businesses = 60;
        await using var pump = await Pump.Start(backend, new ScriptedTransport { Every = TimeSpan.FromDays(1) });
        await Held(pump);
        for (var i = 0; i < Businesses; i++)
            await pump.Insert(Many(pump, await pump.Tenant(), $"leak {i}", 2));

        // One of them is not due: to come by it costs nobody a turn.
        await pump.Execute("update outbox set due_at = due_at + interval '1 day' where tenant_id = (select max(tenant_id) from outbox)");
        var order = new List<TenantId>();
        while (order.Count < 2 * (Businesses - 1))
            order.AddRange((await Claim(pump)).Select(mail => mail.Tenant!.Value));
        // The last of the six claims that go round has room for a second mail.
        Assert.Equal(Businesses - 1, order.Take(Businesses).Distinct().Count());
        Assert.All(order.CountBy(tenant => tenant), business => Assert.Equal(2, business.Value));
        Assert.Empty(await Claim(pump));
    }

    [Fact]
    public async Task Who_signs_in_or_has_something_urgent_waits_for_nobodys_turn()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport { Every = TimeSpan.FromDays(1) });
        await Held(pump);
        var early = await pump.Tenant();
        for (var i = 0; i < 60; i++)
            await pump.Insert(Many(pump, await pump.Tenant(), $"leak {i}", 4));
        Assert.Equal(10, (await Claim(pump)).Count);

        // Its name comes before those of all that wait: it would be the last whose turn it is.
        await pump.Insert([.. Many(pump, early, "flood", 1, MailPriority.Urgent), pump.SignIn("sign-in")]);
        var mails = await Claim(pump);
        Assert.Equal([MailPriority.SignIn, MailPriority.Urgent], mails.Take(2).Select(mail => mail.Priority));
        Assert.Equal(10, mails.Count);
    }

    [Fact]
    public async Task Calls_keep_the_pace_the_provider_allows()
    {
        var transport = new ScriptedTransport { Size = 1, Every = TimeSpan.FromMilliseconds(500) };
        await using var pump = await Pump.Start(backend, transport);
        await pump.Outbox.Post(Many(pump, await pump.Tenant(), "leak", 20));
        await pump.Until(() => Task.FromResult(transport.Calls.Count == 20), TimeSpan.FromMilliseconds(100), "all are sent");
        var times = transport.Calls.Select(call => call.At).ToList();
        Assert.All(times.Zip(times.Skip(1), (one, next) => next - one), wait => Assert.True(wait >= transport.Every));
    }

    private static OutgoingMail[] Many(Pump pump, TenantId tenant, string word, int count, MailPriority priority = MailPriority.Normal) =>
        [.. Enumerable.Range(0, count).Select(i => pump.Mail(tenant, $"{word} {i}", priority))];

    // One mail has gone, and the next may go in a day: whatever is posted now is the test's to claim.
    private static async Task Held(Pump pump)
    {
        var first = await pump.Post(await pump.Tenant(), "first");
        await pump.Becomes(first, DeliveryStatus.Sent);
    }

    private static Task<List<ClaimedMail>> Claim(Pump pump) => pump.Queue.ClaimFresh(Guid.CreateVersion7(pump.Clock.GetUtcNow()), 10, TimeSpan.FromDays(2));
}
