using System.Text;
using Backsoon.Tenants;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class WebhooksTests(Backend backend)
{
    [Theory]
    [InlineData("email.delivered", null, DeliveryStatus.Delivered)]
    [InlineData("email.bounced", "Permanent", DeliveryStatus.Bounced)]
    [InlineData("email.complained", null, DeliveryStatus.Complained)]
    [InlineData("email.failed", null, DeliveryStatus.Parked)]
    [InlineData("email.bounced", "Transient", DeliveryStatus.Sent)]
    [InlineData("email.delivery_delayed", null, DeliveryStatus.Sent)]
    [InlineData("email.opened", null, DeliveryStatus.Sent)]
    public async Task What_became_of_a_mail_is_on_its_record(string type, string? bounce, DeliveryStatus status)
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        var mail = await Sent(pump);
        pump.Clock.Advance(TimeSpan.FromMinutes(2));
        var at = pump.Clock.GetUtcNow();

        await pump.Report(type, mail, bounce);

        var delivery = await Look(pump, mail);
        Assert.Equal(status, delivery.Status);
        Assert.Equal(status == DeliveryStatus.Sent ? null : at, delivery.ReportedAt);
        Assert.Equal(type == "email.opened" ? 1 : 2, delivery.History.Length);
        Assert.DoesNotContain("@example", string.Join(' ', delivery.History), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_whatever_order_and_however_often_events_come_the_worst_of_them_stands()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        string[][] orders = [["delivered", "bounced", "complained"], ["delivered", "complained", "bounced"], ["bounced", "delivered", "complained"], ["bounced", "complained", "delivered"], ["complained", "delivered", "bounced"], ["complained", "bounced", "delivered"]];
        foreach (var order in orders)
        {
            var mail = await Sent(pump);
            foreach (var type in order.Concat(order))
                await pump.Report($"email.{type}", mail);
            Assert.Equal(DeliveryStatus.Complained, (await Look(pump, mail)).Status);
        }

        var bounced = await Sent(pump);
        await pump.Report("email.bounced", bounced);
        await pump.Report("email.delivered", bounced);
        await pump.Report("email.bounced", bounced);
        Assert.Equal(DeliveryStatus.Bounced, (await Look(pump, bounced)).Status);
        Assert.Equal(["sent", "bounced"], (await Look(pump, bounced)).History.Select(step => step.Outcome));
    }

    [Fact]
    public async Task An_event_is_kept_once_and_its_body_only_until_it_is_worked_off()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        var mail = await Sent(pump);
        var told = new WebhookEvent("msg_1", Reported.Event("email.delivered", mail.Id, mail.To.Value, pump.Clock.GetUtcNow()));
        var grain = pump.Grains.GetGrain<IWebhooksGrain>("webhooks/resend");

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => grain.Keep([told])));
        await pump.WorkedOff();

        Assert.Equal(1L, await pump.Scalar("select count(*) from webhook"));
        Assert.Equal(0L, await pump.Scalar("select count(*) from webhook where body is not null or error is not null"));
        Assert.Equal(2, (await Look(pump, mail)).History.Length);
    }

    [Fact]
    public async Task While_it_waits_its_body_cannot_be_read_in_the_database()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        // Nobody works off the events of this one.
        await pump.Grains.GetGrain<IWebhooksGrain>("webhooks/elsewhere").Keep([new("msg_1", Encoding.UTF8.GetBytes("tom@vendor.example"))]);
        await pump.WorkedOff();
        Assert.Equal("It could not be read.", await pump.Scalar("select error from webhook"));

        var other = new WebhookWriter(pump.Database, new Storage.RootKey(new byte[32]), pump.Clock);
        await using (other)
            await other.Write(new NewWebhook("nobody", new("msg_2", Encoding.UTF8.GetBytes("tom@vendor.example"))));
        Assert.Empty(await Dump.Find(pump.Database, ["tom@vendor"]));
    }

    [Fact]
    public async Task What_cannot_be_read_or_is_of_no_mail_of_ours_holds_nothing_up()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport());
        var mail = await Sent(pump);
        var grain = pump.Grains.GetGrain<IWebhooksGrain>("webhooks/resend");
        await grain.Keep([new("msg_1", "{"u8.ToArray()), new("msg_2", [0, 255, 0]), new("msg_3", Reported.Event("email.bounced", Guid.CreateVersion7(pump.Clock.GetUtcNow()), "nobody@vendor.example", pump.Clock.GetUtcNow()))]);
        await pump.Report("email.delivered", mail);

        Assert.Equal(DeliveryStatus.Delivered, (await Look(pump, mail)).Status);
        Assert.Equal(2L, await pump.Scalar("select count(*) from webhook where error = 'It could not be read.'"));
        Assert.Equal(0L, await pump.Scalar("select count(*) from suppression"));
    }

    [Fact]
    public async Task What_a_dead_process_left_is_worked_off_by_the_next()
    {
        OutgoingMail? mail = null;
        await using var pump = await Pump.Start(backend, new ScriptedTransport(), async before =>
        {
            mail = before.Mail(await before.Tenant(), "leak");
            await before.Insert(mail);
            await using var writer = new WebhookWriter(before.Database, new Storage.RootKey(new byte[32]), before.Clock);
            await writer.Write(new NewWebhook("resend", new("msg_1", Reported.Event("email.delivered", mail.Id, mail.To.Value, before.Clock.GetUtcNow()))));
        });
        await pump.WorkedOff();
        await Backend.Eventually(async () => (await Look(pump, mail!)).Status == DeliveryStatus.Delivered, "it is told, though the pump has not sent it yet");
        // A pump that came while the row was being written passed it by, and comes again in a second.
        await pump.Until(async () => await pump.Status(mail!) == DeliveryStatus.Sent, TimeSpan.FromSeconds(1), "it goes out");
        Assert.Equal(DeliveryStatus.Delivered, (await Look(pump, mail!)).Status);
    }

    [Fact]
    public async Task A_mail_whose_outcome_was_lost_is_found_again_by_its_event()
    {
        var transport = new ScriptedTransport { Remembers = TimeSpan.Zero, Answer = (_, _) => Task.FromResult<Handover>(new Handover.Unknown("lost")) };
        await using var pump = await Pump.Start(backend, transport);
        var mail = await pump.Post(await pump.Tenant(), "leak");
        await pump.Becomes(mail, DeliveryStatus.Unknown);

        await pump.Report("email.delivered", mail);

        Assert.Equal(DeliveryStatus.Delivered, (await Look(pump, mail)).Status);
        Assert.Equal(true, await pump.Scalar("select body is null and rendered is null and batch is null and status = 2 from outbox where id = $1", mail.Id));
        Assert.Empty(await pump.Stuck(mail.Tenant!.Value));
        Assert.False(await pump.Grains.For(mail.Tenant.Value).Deliveries().SendAgain(mail.Id));
    }

    [Fact]
    public async Task Without_our_id_a_mail_is_found_by_the_provider_s()
    {
        await using var pump = await Pump.Start(backend, new ScriptedTransport { Answer = (_, mail) => Task.FromResult<Handover>(new Handover.Sent($"re-{mail.Id:n}")) });
        var mail = await Sent(pump);
        var body = Encoding.UTF8.GetString(Reported.Event("email.bounced", mail.Id, mail.To.Value, pump.Clock.GetUtcNow())).Replace("\"tags\"", "\"marks\"", StringComparison.Ordinal);
        await pump.Grains.GetGrain<IWebhooksGrain>("webhooks/resend").Keep([new("msg_1", Encoding.UTF8.GetBytes(body))]);
        await pump.WorkedOff();
        Assert.Equal(DeliveryStatus.Bounced, (await Look(pump, mail)).Status);
    }

    private static async Task<OutgoingMail> Sent(Pump pump)
    {
        // Whatever was reported of an earlier mail to the same address.
        await pump.Execute("delete from suppression");
        var mail = pump.Mail(await pump.Tenant(), "leak") with { Dispatch = Guid.CreateVersion7(pump.Clock.GetUtcNow()) };
        await pump.Outbox.Post(mail);
        await pump.Becomes(mail, DeliveryStatus.Sent);
        return mail;
    }

    private static async Task<Delivery> Look(Pump pump, OutgoingMail mail)
    {
        var known = await pump.Scalar("select coalesce(dispatch_id, id) from outbox where id = $1", mail.Id);
        await pump.Execute("update outbox set dispatch_id = $2 where id = $1", mail.Id, known!);
        return Assert.Single(await pump.Grains.For(mail.Tenant!.Value).Deliveries().OfDispatch((Guid)known!));
    }
}
