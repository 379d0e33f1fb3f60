namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class ResendPumpTests(Backend backend)
{
    [Fact]
    public async Task Whatever_the_provider_does_every_mail_is_taken_once()
    {
        ResendStandIn? standIn = null;
        await using var pump = await Pump.Start(backend, clock =>
        {
            standIn = ResendStandIn.Start(clock).GetAwaiter().GetResult();
            return new Resend(standIn.Account, new(HeaderText.From("Backsoon"), EmailAddress.Parse("desk@backsoon.example")), clock);
        });
        await using var provider = standIn!;
        pump.IsHeld = () => provider.IsSilent;
        var tenants = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => pump.Tenant()));
        var mails = Enumerable.Range(0, 350).Select(i => pump.Mail(tenants[i % 5], $"leak {i}")).ToArray();
        foreach (var some in mails.Chunk(70))
            await pump.Outbox.Post(some);
        await pump.Until(async () => (long)(await pump.Scalar("select count(*) from outbox where status <> 2"))! == 0, TimeSpan.FromMilliseconds(500), "all are sent");

        Assert.Equal(Enum.GetValues<ResendFault>().Where(fault => fault != ResendFault.None).Order(), provider.Fired.Order());
        Assert.Equal(mails.Select(mail => $"{mail.Id:n}").Order(), provider.Accepted.Order());
        Assert.Empty(provider.Violations);
        Assert.True(provider.Calls.Count > provider.Calls.Select(call => call.Key).Distinct().Count());
    }
}
