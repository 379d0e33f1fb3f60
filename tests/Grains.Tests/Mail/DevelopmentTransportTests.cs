using Backsoon.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Mail;

[Collection(Backend.Name)]
public sealed class DevelopmentTransportTests(Backend backend)
{
    [Fact]
    public async Task Mail_without_a_transport_lands_in_the_development_mailbox()
    {
        await using var database = await backend.NewDatabase();
        var clock = new ManualClock();
        using var host = backend.Build(database, clock, services => services.AddSingleton(TestEmail.Registration));
        await host.StartAsync();
        var mailbox = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IDevelopmentMailboxGrain>("development-mailbox/all");
        Guid[] ids = [.. Enumerable.Range(0, 3).Select(i => Guid.CreateVersion7(clock.GetUtcNow().AddMilliseconds(i)))];
        await host.Services.GetRequiredService<Outbox>().Post([.. ids.Select((id, i) => new OutgoingMail(id, MailPriority.Normal, EmailAddress.Parse("ana@example.com"), "Owner", new TestEmail($"leak {i}"))
        {
            Account = AccountId.New(clock.GetUtcNow()),
        })]);

        await Backend.Eventually(async () => (await mailbox.List(null, 10)).Length == 3, "three mails are in the mailbox");
        var newest = await mailbox.List(null, 2);
        var rest = await mailbox.List(newest[^1].Id, 2);
        Assert.Equal(["About leak 2", "About leak 1"], newest.Select(entry => entry.Subject));
        Assert.Equal("About leak 0", Assert.Single(rest).Subject);
        var open = await mailbox.Open(ids[0]);
        Assert.Equal("Backsoon <desk@backsoon.invalid>", open!.From);
        Assert.Contains("This is about leak 0.", open.Text, StringComparison.Ordinal);
        Assert.Contains(await mailbox.Previews(), preview => preview.Kind == TestEmail.Kind && preview.Html.Contains("This is about example.", StringComparison.Ordinal));
        await host.StopAsync();
    }
}
