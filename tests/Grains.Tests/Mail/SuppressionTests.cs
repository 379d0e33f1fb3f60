using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class SuppressionTests(Backend backend)
{
    [Fact]
    public async Task Nothing_goes_to_an_address_that_refused_mail_until_the_owner_says_so()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport);
        var (own, other) = (await pump.Tenant(), await pump.Tenant());
        await pump.Report("email.bounced", await Sent(pump, own, "first"));

        var (mine, theirs) = (await pump.Post(own, "second"), await pump.Post(other, "third"));
        await pump.Becomes(mine, DeliveryStatus.Suppressed);
        await pump.Becomes(theirs, DeliveryStatus.Suppressed);
        Assert.Equal(["first"], transport.Words);
        var refusal = Assert.Single(await pump.Grains.For(own).Deliveries().Refusing([mine.To, EmailAddress.Parse("well@vendor.example")]));
        Assert.Equal((mine.To, RefusalReason.Bounced, pump.Clock.GetUtcNow()), (refusal.Address, refusal.Reason, refusal.Since));

        Assert.True(await pump.Grains.For(own).Deliveries().TryAgain(EmailAddress.Parse("RIVERA@example.com")));
        Assert.False(await pump.Grains.For(own).Deliveries().TryAgain(mine.To));
        Assert.True(await pump.Grains.For(own).Deliveries().SendAgain(mine.Id));
        await pump.Becomes(mine, DeliveryStatus.Sent);
        Assert.Empty(await pump.Grains.For(own).Deliveries().Refusing([mine.To]));
        Assert.Equal(["first", "second"], transport.Words);
    }

    [Fact]
    public async Task Another_address_is_another_matter()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        var tenant = await pump.Tenant();
        await pump.Report("email.bounced", await Sent(pump, tenant, "first"));
        var corrected = pump.Mail(tenant, "second") with { To = EmailAddress.Parse("jobs@rivera.example") };
        await pump.Outbox.Post(corrected);
        await pump.Becomes(corrected, DeliveryStatus.Sent);
    }

    [Fact]
    public async Task A_complaint_keeps_one_business_from_writing_and_nobody_from_signing_in()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport);
        var (own, other) = (await pump.Tenant(), await pump.Tenant());
        await pump.Report("email.complained", await Sent(pump, own, "first"));

        var (mine, theirs, signIn) = (await pump.Post(own, "second"), await pump.Post(other, "third"), pump.SignIn("link") with { To = pump.Mail(own, "x").To });
        await pump.Outbox.Post(signIn);
        await pump.Becomes(mine, DeliveryStatus.Suppressed);
        await pump.Becomes(theirs, DeliveryStatus.Sent);
        await pump.Becomes(signIn, DeliveryStatus.Sent);

        await pump.Report("email.complained", signIn);
        var (again, notice) = (pump.SignIn("again") with { To = mine.To }, pump.SignIn("notice") with { To = mine.To, Priority = MailPriority.Urgent });
        await pump.Outbox.Post(again, notice);
        await pump.Becomes(again, DeliveryStatus.Sent);
        await pump.Becomes(notice, DeliveryStatus.Suppressed);

        // The person it is about has it lifted, and only for mail of the account itself.
        var account = pump.Grains.GetGrain<IAccountGrain>($"account/{AccountId.New(pump.Clock.GetUtcNow())}");
        await account.Open(mine.To, "Ana Duarte");
        Assert.Equal(RefusalReason.Complained, (await account.Refusal())?.Reason);
        Assert.True(await account.AcceptMail());
        Assert.Null(await account.Refusal());
        Assert.False(await account.AcceptMail());
        var wanted = pump.SignIn("wanted") with { To = mine.To, Priority = MailPriority.Urgent };
        await pump.Outbox.Post(wanted);
        await pump.Becomes(wanted, DeliveryStatus.Sent);
        await pump.Becomes(await pump.Post(own, "fifth"), DeliveryStatus.Suppressed);
        // What was complained about is what is held back: a business that was not is heard.
        var fourth = await pump.Post(other, "fourth");
        await pump.Becomes(fourth, DeliveryStatus.Sent);
    }

    [Fact]
    public async Task Where_mail_bounced_a_sign_in_mail_is_tried_once_a_day_and_what_arrives_ends_it()
    {
        var transport = new ScriptedTransport();
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        await pump.Report("email.bounced", await Sent(pump, tenant, "first"));
        var to = pump.Mail(tenant, "x").To;

        Assert.Equal(DeliveryStatus.Suppressed, await SignIn("at once"));
        pump.Clock.Advance(Suppressions.ProbeEvery);
        Assert.Equal(DeliveryStatus.Sent, await SignIn("a day later"));
        Assert.Equal(DeliveryStatus.Suppressed, await SignIn("the same day"));
        pump.Clock.Advance(Suppressions.ProbeEvery);
        var probe = pump.SignIn("two days later") with { To = to };
        await pump.Outbox.Post(probe);
        await pump.Becomes(probe, DeliveryStatus.Sent);
        await pump.Report("email.delivered", probe);

        await pump.Becomes(await pump.Post(tenant, "second"), DeliveryStatus.Sent);
        Assert.Empty(await pump.Grains.For(tenant).Deliveries().Refusing([to]));

        async Task<DeliveryStatus> SignIn(string word)
        {
            var mail = pump.SignIn(word) with { To = to };
            await pump.Outbox.Post(mail);
            await Backend.Eventually(async () => await pump.Status(mail) is DeliveryStatus.Sent or DeliveryStatus.Suppressed, "it is decided");
            return await pump.Status(mail);
        }
    }

    [Fact]
    public async Task An_event_that_comes_again_after_the_owner_has_lifted_it_changes_nothing()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        var tenant = await pump.Tenant();
        var mail = await Sent(pump, tenant, "first");
        await pump.Report("email.bounced", mail);
        Assert.True(await pump.Grains.For(tenant).Deliveries().TryAgain(mail.To));
        await pump.Report("email.bounced", mail);
        Assert.Empty(await pump.Grains.For(tenant).Deliveries().Refusing([mail.To]));
    }

    [Fact]
    public async Task What_a_mail_server_says_of_an_address_counts_at_once()
    {
        var transport = new ScriptedTransport { Answer = (_, _) => Task.FromResult<Handover>(new Handover.Refused("550 5.1.1 no such user", OfAddress: true)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        var first = await pump.Post(tenant, "first");
        await pump.Becomes(first, DeliveryStatus.Parked);
        await Backend.Eventually(async () => (await pump.Grains.For(tenant).Deliveries().Refusing([first.To])).Length == 1, "the address is known to refuse mail");
        Assert.Equal(DeliveryStatus.Bounced, Assert.Single(await pump.Stuck(tenant)).Status);

        await pump.Becomes(await pump.Post(tenant, "second"), DeliveryStatus.Suppressed);
        Assert.Equal(["first"], transport.Words);
    }

    [Fact, Promise("R34")]
    public async Task No_address_is_kept_only_a_keyed_hash_of_it()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        var tenant = await pump.Tenant();
        var mail = await Sent(pump, tenant, "first");
        await pump.Report("email.bounced", mail);
        await pump.Report("email.complained", mail);
        Assert.Equal(2L, await pump.Scalar("select count(*) from suppression"));
        Assert.Empty(await Dump.Find(pump.Database, [mail.To.Value]));
    }

    private static async Task<OutgoingMail> Sent(Pump pump, TenantId tenant, string word)
    {
        var mail = await pump.Post(tenant, word);
        await pump.Becomes(mail, DeliveryStatus.Sent);
        return mail;
    }
}
