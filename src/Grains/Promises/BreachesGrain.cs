using Backsoon.Storage;
using Backsoon.Accounts;
using Backsoon.Mail;

namespace Backsoon.Promises;

[GrainType("breaches")]
public sealed class BreachesGrain(Breaches breaches, Outbox outbox) : Grain, IBreachesGrain, IRemindable
{
    private const string Wake = "wake";
    private const int Batch = 100;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    public Task Start() => this.RemindUnlessSet(Wake, s_minute, s_minute);

    // Each mail has an id of its own, so that a batch that was cut off is posted once, however often it is begun.
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        foreach (var one in await breaches.Sending())
        {
            for (var breach = one; breach is { PostedAt: null, Text: { } text }; breach = await breaches.Find(breach.Id))
            {
                var owners = await breaches.Next(breach, Batch);
                var mail = new BreachEmail(text.Subject, text.Paragraphs);
                if (owners.Count > 0)
                    await outbox.Post([.. owners.Select(owner => new OutgoingMail(OutgoingMail.IdOf($"breach/{breach.Id}/{owner.Account}"), MailPriority.Urgent, owner.Email, "Owner", mail) { Account = new AccountId(owner.Account) })]);
                await breaches.Posted(breach, owners.Count, owners.Count == 0 ? null : owners[^1].Account);
            }

            await breaches.Finish(one);
        }
    }
}
