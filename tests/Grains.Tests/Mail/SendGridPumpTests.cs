using System.Text.Json;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class SendGridPumpTests(Backend backend)
{
    [Fact]
    public async Task Whatever_the_provider_does_no_mail_is_sent_twice_and_what_nobody_knew_its_events_tell()
    {
        SendGridStandIn? standIn = null;
        await using var pump = await Pump.Start(backend, clock =>
        {
            standIn = SendGridStandIn.Start(clock).GetAwaiter().GetResult();
            return new SendGrid(standIn.Account, new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example")), clock);
        });
        await using var provider = standIn!;
        pump.IsHeld = () => provider.IsSilent;
        var tenant = await pump.Tenant();
        var mails = Enumerable.Range(0, 60).Select(i => pump.Mail(tenant, $"leak {i}")).ToArray();
        await pump.Outbox.Post(mails);
        await pump.Until(async () => (long)(await pump.Scalar("select count(*) from outbox where status not in (2, 3)"))! == 0, TimeSpan.FromMilliseconds(500), "all are sent or unknown");

        Assert.Equal(Enum.GetValues<SendGridFault>().Where(fault => fault != SendGridFault.None).Order(), provider.Fired.Order());
        Assert.Empty(provider.Violations);
        Assert.Equal(provider.Accepted.Count, provider.Accepted.Distinct().Count());
        // An error or a reset, before or after, and silence: five mails of which nobody heard.
        Assert.Equal(5L, await pump.Scalar("select count(*) from outbox where status = 3"));
        Assert.Equal(58, provider.Accepted.Count);

        var events = provider.Accepted.Select(id => new WebhookEvent($"event-{id}", JsonSerializer.SerializeToUtf8Bytes(
            new { @event = "delivered", email = "rivera@example.com", timestamp = pump.Clock.GetUtcNow().ToUnixTimeSeconds(), sg_event_id = $"event-{id}", sg_message_id = $"sg-{id}.filter", mail = id })));
        await pump.Grains.GetGrain<IWebhooksGrain>("webhooks/sendgrid").Keep([.. events]);
        await pump.WorkedOff();

        Assert.Equal(58L, await pump.Scalar("select count(*) from outbox where reported = 6"));
        // Only what never got there is left to a person.
        Assert.Equal(2, (await pump.Stuck(tenant)).Count);
    }
}
