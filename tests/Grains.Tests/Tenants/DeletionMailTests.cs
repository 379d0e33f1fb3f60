using Backsoon.Billing;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Tenants;

/// <summary>Nothing of a business is sent later than the end of its deletion says.</summary>
[Collection(Backend.Name)]
public sealed class DeletionMailTests(Backend shared)
{
    [Fact, Promise("R34")]
    public async Task What_the_provider_has_is_waited_for_and_what_was_only_claimed_never_goes_out()
    {
        var backend = await shared.Beside();
        try
        {
            var office = await Office.Open(backend);
            var (answer, reader) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), EmailAddress.Parse("joana@example.com"));
            (backend.Mails.Batch, backend.Mails.Answer) = (1, answer.Task);
            await backend.Services.GetRequiredService<Outbox>().Post([.. Enumerable.Range(0, 3).Select(_ =>
                new OutgoingMail(Guid.CreateVersion7(backend.Clock.GetUtcNow()), MailPriority.Normal, reader, "Owner", TrialEmail.Example()) { Tenant = office.Tenant })]);
            await Backend.Eventually(async () => await Mails("status = 1 and handover_at is not null") == 1, "one mail is with the provider");
            Assert.Equal(2, await Mails("status = 1 and handover_at is null"));

            await office.Scope.Deletion().Begin();
            await Backend.Eventually(() => backend.Database.Scalar<bool>("select exists (select from deletion where steps ? 'Name')"), "all but people and rows is gone");
            Assert.Equal(2, await Mails("status = 5"));
            Assert.Equal(1, await Mails("status = 1"));
            Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from deletion where done_at is not null"));

            answer.SetResult();
            await Backend.Eventually(() => backend.Database.Scalar<bool>("select exists (select from deletion where done_at is not null)"), "the deletion is done");
            Assert.Equal(0, await Mails("true"));
            await backend.Advance(TimeSpan.FromDays(2));
            await backend.Rest();
            Assert.Single(backend.Mails.To(reader));

            Task<long> Mails(string which) => backend.Database.Scalar<long>($"select count(*) from outbox where tenant_id = $1 and {which}", office.Tenant.Value);
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }

    [Fact, Promise("R34")]
    public async Task A_mail_that_a_provider_is_to_be_asked_about_again_keeps_the_rows_until_that_is_over()
    {
        var backend = await shared.Beside();
        try
        {
            var office = await Office.Open(backend);
            var now = backend.Clock.GetUtcNow();
            // Its answer was lost, and the next question is an hour away.
            await backend.Database.Execute(
                "insert into outbox (id, tenant_id, kind, recipient, priority, created_at, due_at, status, batch, handover_at, attempts) values (gen_random_uuid(), $1, 'trial', 'Owner', 1, $2, $3, 0, gen_random_uuid(), $2, 1)",
                office.Tenant.Value, now, now.AddDays(3));
            await office.Scope.Deletion().Begin();
            await backend.Rest();
            Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from tenant where id = $1", office.Tenant.Value));
            Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from deletion where done_at is not null"));

            // After a day the provider does not know its key any more, and nothing is asked.
            for (var hours = 0; hours < 26; hours++)
            {
                await backend.Advance(TimeSpan.FromHours(1));
                await backend.Rest();
            }

            Assert.Equal(1, await backend.Database.Scalar<long>("select count(*) from deletion where done_at < $1", now.AddDays(2)));
            Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from tenant where id = $1", office.Tenant.Value));
        }
        finally
        {
            await backend.DisposeAsync();
        }
    }
}
