namespace Backsoon.Mail;

/// <summary>Somebody sets the machine's clock back while mails wait.</summary>
[Collection(Backend.Name)]
public sealed class MailClockTests(Backend backend)
{
    [Fact, Trait("Abuse", "21")]
    public async Task No_mail_waits_until_the_clock_has_caught_up()
    {
        var isDown = true;
        var transport = new ScriptedTransport { Size = 1, Every = TimeSpan.FromMilliseconds(500), Answer = (_, _) => Task.FromResult<Handover>(isDown ? new Handover.TryLater("away", null, Everyone: true) : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        var tried = await pump.Post(tenant, "tried");
        await pump.Advance(TimeSpan.Zero);
        Assert.Equal(1, transport.Times("tried"));
        isDown = false;

        var before = pump.Clock.GetUtcNow();
        pump.Clock.Jump(TimeSpan.FromDays(-1));
        Assert.True(pump.Clock.GetUtcNow() < before);
        var (began, posted) = (pump.Clock.GetUtcNow(), await pump.Post(tenant, "posted"));
        await pump.Until(async () => await pump.Status(tried) == DeliveryStatus.Sent && await pump.Status(posted) == DeliveryStatus.Sent, TimeSpan.FromSeconds(1), "both go out");

        // The wait after a first attempt, and a reminder's minute.
        Assert.InRange(pump.Clock.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(75));
        Assert.Equal((2, 1), (transport.Times("tried"), transport.Times("posted")));
    }

    [Fact]
    public async Task A_provider_is_not_believed_to_know_a_key_for_longer_than_it_does()
    {
        var transport = new ScriptedTransport { Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail) == "leak" ? new Handover.Unknown("cut off") : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var tenant = await pump.Tenant();
        var mail = await pump.Post(tenant, "leak");
        await pump.Advance(TimeSpan.Zero);
        Assert.Equal(1, transport.Times("leak"));

        pump.Clock.Jump(TimeSpan.FromHours(-20));
        var began = pump.Clock.GetUtcNow();
        await pump.Until(async () => await pump.Status(mail) == DeliveryStatus.Unknown, TimeSpan.FromMinutes(8), "it is unknown");

        Assert.True(transport.Times("leak") > 1);
        Assert.All(transport.Calls, call => Assert.True(call.At - began < transport.KeyLife || call == transport.Calls.First()));
        Assert.True(pump.Clock.GetUtcNow() - began < transport.KeyLife);
        await pump.Pass(TimeSpan.FromDays(1), tenant);
        Assert.All(transport.Calls.Skip(1).Where(call => call.Words.Contains("leak")), call => Assert.True(call.At - began < transport.KeyLife));
    }
}
