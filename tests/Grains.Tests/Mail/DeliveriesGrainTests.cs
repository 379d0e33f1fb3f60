using Backsoon.Tenants;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class DeliveriesGrainTests(Backend backend)
{
    [Fact]
    public async Task A_request_knows_what_became_of_its_mails()
    {
        var transport = new ScriptedTransport { Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail) == "later" ? new Handover.TryLater("450 busy", null) : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var (tenant, dispatch, vendor) = (await pump.Tenant(), Guid.CreateVersion7(pump.Clock.GetUtcNow()), Guid.CreateVersion7(pump.Clock.GetUtcNow()));
        var (sent, later) = (pump.Mail(tenant, "sent") with { Dispatch = dispatch, Vendor = vendor }, pump.Mail(tenant, "later") with { Dispatch = dispatch });
        await pump.Outbox.Post(sent, later, pump.Mail(tenant, "other"));
        await pump.Becomes(sent, DeliveryStatus.Sent);

        var mails = await pump.Grains.For(tenant).Deliveries().OfDispatch(dispatch);
        Assert.Equal([sent.Id, later.Id], mails.Select(mail => mail.Id));
        Assert.Equal((TestEmail.Kind, "Rivera Plumbing", DeliveryStatus.Sent, vendor, pump.Clock.GetUtcNow()), (mails[0].Kind, mails[0].Recipient, mails[0].Status, mails[0].Vendor, mails[0].SentAt));
        Assert.Equal("sent", Assert.Single(mails[0].History).Outcome);
        Assert.Equal((DeliveryStatus.Queued, 1, "450 busy"), (mails[1].Status, mails[1].Attempts, mails[1].LastError));
        Assert.InRange(mails[1].NextAttemptAt!.Value - pump.Clock.GetUtcNow(), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(12));
        Assert.Equal("450 busy", Assert.Single(mails[1].History).Detail);
    }

    [Fact]
    public async Task Only_what_is_stuck_and_ones_own_is_sent_again()
    {
        var transport = new ScriptedTransport { Answer = (_, mail) => Task.FromResult<Handover>(ScriptedTransport.Word(mail) == "bad" ? new Handover.Refused("no") : new Handover.Sent(null)) };
        await using var pump = await Pump.Start(backend, transport);
        var (own, other) = (await pump.Tenant(), await pump.Tenant());
        var (sent, bad) = (pump.Mail(own, "sent"), pump.Mail(own, "bad"));
        await pump.Outbox.Post(sent, bad);
        await pump.Becomes(bad, DeliveryStatus.Parked);
        await pump.Becomes(sent, DeliveryStatus.Sent);

        Assert.False(await pump.Grains.For(own).Deliveries().SendAgain(sent.Id));
        Assert.False(await pump.Grains.For(other).Deliveries().SendAgain(bad.Id));
        Assert.False(await pump.Grains.For(own).Deliveries().SendAgain(Guid.CreateVersion7(pump.Clock.GetUtcNow())));
        Assert.Empty(await pump.Stuck(other));
        Assert.Equal(1, transport.Times("bad"));
        Assert.True(await pump.Grains.For(own).Deliveries().SendAgain(bad.Id));
        await Backend.Eventually(() => Task.FromResult(transport.Times("bad") == 2), "it is tried again");
    }
}
