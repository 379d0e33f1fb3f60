using Backsoon.Tenants;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class MailReputationTests(Backend backend)
{
    [Theory, Promise("R28")]
    [InlineData(0, 0, 0, MailPace.Free)]
    [InlineData(19, 19, 0, MailPace.Free)]
    [InlineData(20, 1, 0, MailPace.Free)]
    [InlineData(20, 2, 0, MailPace.Slowed)]
    [InlineData(20, 3, 0, MailPace.Stopped)]
    [InlineData(100, 5, 0, MailPace.Free)]
    [InlineData(100, 6, 0, MailPace.Slowed)]
    [InlineData(100, 10, 0, MailPace.Slowed)]
    [InlineData(100, 11, 0, MailPace.Stopped)]
    [InlineData(5, 0, 1, MailPace.Free)]
    [InlineData(5, 0, 2, MailPace.Slowed)]
    [InlineData(5, 0, 4, MailPace.Stopped)]
    [InlineData(3000, 0, 3, MailPace.Free)]
    [InlineData(3000, 0, 4, MailPace.Slowed)]
    [InlineData(3000, 0, 7, MailPace.Stopped)]
    public void Beyond_a_limit_mail_is_slowed_and_beyond_twice_as_much_stopped(int sent, int bounced, int complained, MailPace pace) => Assert.Equal(pace, MailReputation.Judge(sent, bounced, complained).Pace);

    [Fact, Promise("R28")]
    public async Task What_is_sent_comes_back_or_is_unwanted_is_counted_once()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        var (own, other) = (await pump.Tenant(), await pump.Tenant());
        var mails = Enumerable.Range(0, 30).Select(i => pump.Mail(own, $"leak {i}") with { To = EmailAddress.Parse($"vendor{i}@example.com") }).ToArray();
        await pump.Outbox.Post([.. mails, pump.Mail(other, "other")]);
        foreach (var mail in mails)
            await pump.Becomes(mail, DeliveryStatus.Sent);

        foreach (var type in new[] { "email.bounced", "email.bounced", "email.complained", "email.complained", "email.delivered" })
            await pump.Report(type, mails[0]);
        await pump.Report("email.bounced", mails[1]);

        Assert.Equal(new MailStanding(MailPace.Slowed, 30, 2, 1), await Standing(pump, own));
        Assert.Equal(new MailStanding(MailPace.Free, 1, 0, 0), await Standing(pump, other));

        // It lifts by itself.
        pump.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(MailStanding.Untried, await Standing(pump, own));
    }

    [Fact, Promise("R28")]
    public async Task A_business_that_is_slowed_sends_one_a_minute_but_what_is_urgent_at_once()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        await Fared(pump, tenant, sent: 100, bounced: 6);
        var mails = Enumerable.Range(0, 4).Select(i => ToVendor(pump, tenant, $"leak {i}")).ToArray();
        var urgent = ToVendor(pump, tenant, "flood") with { Priority = MailPriority.Urgent };
        await pump.Outbox.Post([.. mails, urgent]);

        await pump.Becomes(urgent, DeliveryStatus.Sent);
        await Backend.Eventually(async () => (long)(await pump.Scalar("select count(*) from outbox where status = 0 and attempts = 1"))! == 3, "three wait for their minute");
        var now = pump.Clock.GetUtcNow();
        Assert.Equal(2, transport.Words.Count());
        Assert.Equal(3L, await pump.Scalar("select count(*) from outbox where status = 0 and due_at in ($1, $2, $3)", now.AddMinutes(1), now.AddMinutes(2), now.AddMinutes(3)));

        await pump.Until(async () => (long)(await pump.Scalar("select count(*) from outbox where status <> 2"))! == 0, TimeSpan.FromSeconds(1), "the others go, too");
        var slow = transport.Calls.Where(call => call.At > now).Select(call => call.At - now).ToArray();
        Assert.Equal(3, slow.Length);
        Assert.All(slow, (after, i) => Assert.True(after >= TimeSpan.FromMinutes(i + 1), $"mail {i} went after {after}"));
    }

    [Fact, Promise("R28")]
    public async Task A_business_that_is_stopped_hears_of_it_and_writes_to_nobody_else()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport);
        var (tenant, other) = (await pump.Tenant(), await pump.Tenant());
        await Fared(pump, tenant, sent: 100, bounced: 11);
        var (vendor, caller, owner, signIn, theirs) = (
            ToVendor(pump, tenant, "vendor") with { Priority = MailPriority.Urgent }, pump.Mail(tenant, "caller") with { Recipient = OutgoingMail.Caller }, pump.Mail(tenant, "owner") with { Recipient = "Owner" }, pump.SignIn("link"), ToVendor(pump, other, "theirs"));
        await pump.Outbox.Post(vendor, caller, owner, signIn, theirs);

        await pump.Becomes(vendor, DeliveryStatus.Withheld);
        await pump.Becomes(caller, DeliveryStatus.Withheld);
        foreach (var mail in new[] { owner, signIn, theirs })
            await pump.Becomes(mail, DeliveryStatus.Sent);

        // When the week has moved on, what was withheld may be sent by a person, and what is new goes by itself.
        pump.Clock.Advance(TimeSpan.FromDays(8));
        Assert.True(await pump.Grains.For(tenant).Deliveries().SendAgain(vendor.Id));
        await pump.Becomes(vendor, DeliveryStatus.Sent);
        Assert.Equal(["link", "owner", "theirs", "vendor"], transport.Words.Order());
    }

    [Fact, Promise("R28")]
    public async Task To_an_address_that_strangers_type_go_ten_mails_an_hour_exactly()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport, typed: true);
        var tenants = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => pump.Tenant()));
        var victim = EmailAddress.Parse("victim@example.com");
        var mails = Enumerable.Range(0, 64).Select(i => pump.Mail(tenants[i % 4], $"flood {i}") with { To = i % 2 == 0 ? victim : EmailAddress.Parse("VICTIM@example.com"), Recipient = OutgoingMail.Caller }).ToArray();
        await Task.WhenAll(mails.Chunk(8).Select(some => pump.Outbox.Post(some)));
        await Backend.Eventually(async () => (long)(await pump.Scalar("select count(*) from outbox where status not in (2, 10)"))! == 0, "all are decided");

        Assert.Equal(MailGate.PerTypedAddress.Allowed, transport.Words.Count());
        Assert.Equal(54L, await pump.Scalar("select count(*) from outbox where status = 10 and last_error is not null"));
        var other = pump.Mail(tenants[0], "other") with { Recipient = OutgoingMail.Caller };
        await pump.Outbox.Post(other);
        await pump.Becomes(other, DeliveryStatus.Sent);
        pump.Clock.Advance(TimeSpan.FromHours(1));
        var later = pump.Mail(tenants[0], "later") with { To = victim, Recipient = OutgoingMail.Caller };
        await pump.Outbox.Post(later);
        await pump.Becomes(later, DeliveryStatus.Sent);
        Assert.Empty(await Dump.Find(pump.Database, [victim.Value]));
    }

    private static OutgoingMail ToVendor(Pump pump, TenantId tenant, string word) => pump.Mail(tenant, word) with { Vendor = Guid.CreateVersion7(pump.Clock.GetUtcNow()) };

    private static Task Fared(Pump pump, TenantId tenant, int sent, int bounced) =>
        pump.Execute("insert into mail_day (tenant_id, day, sent, bounced) values ($1, $2, $3, $4)", tenant.Value, MailReputation.DayOf(pump.Clock.GetUtcNow()), sent, bounced);

    private static Task<MailStanding> Standing(Pump pump, TenantId tenant) => pump.Grains.For(tenant).Deliveries().Standing(EmailAddress.Parse("owner@example.com"));
}
