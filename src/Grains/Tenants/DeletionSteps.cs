using System.Collections.Immutable;
using System.Diagnostics;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;

namespace Backsoon.Tenants;

/// <summary>What each step of a deletion does. Done again, each changes nothing more.</summary>
public sealed class DeletionSteps(Ledger ledger, ErasedFile erased, MailTransport transport, Policies policies, TimeProvider clock)
{
    // What the pump has claimed and given to nobody is withdrawn as well: it gives away only what is its own by then.
    private const string Withdraw =
        """
        with withdrawn as (
            update outbox set status = 5, body = null, rendered = null, batch = null, leased_until = null where tenant_id = $1 and status in (0, 1) and handover_at is null returning id
        )
        insert into mail_attempt (mail_id, at, outcome) select id, $2, 'withdrawn' from withdrawn
        """;

    /// <summary>True when there is nothing left of it to do.</summary>
    public async Task<bool> Do(TenantScope scope, DeletionStep step, ImmutableArray<AccountId> people)
    {
        switch (step)
        {
            case DeletionStep.Page:
                await scope.Tenant().Close(true);
                return true;
            case DeletionStep.Mails:
                await ledger.Execute(Withdraw, scope.Id.Value, clock.GetUtcNow());
                return true;
            case DeletionStep.Note:
                erased.Add(scope.Id, clock.GetUtcNow());
                return true;
            case DeletionStep.Subscription:
                await scope.Subscription().End();
                return true;
            case DeletionStep.Calendars:
                await scope.Calendars().Erase();
                return true;
            case DeletionStep.Archives:
                await scope.Archive().Forget();
                return true;
            case DeletionStep.Name:
                // Who left before has had some of the time in which nobody gets the name.
                await scope.Tenant().GiveUpSlug(await scope.Leaving().Look() is { HasLapsed: false } leaving ? leaving.SlugUntil : clock.GetUtcNow() + (await policies.Current()).SlugHold);
                return true;
            case DeletionStep.People:
                if (await IsOnTheWay(scope, people))
                    return false;
                foreach (var account in people)
                    await scope.Grains.GetGrain<IAccountGrain>($"account/{account}").Leave(scope.Id);
                return true;
            case DeletionStep.Rows:
                if (await IsOnTheWay(scope, people))
                    return false;
                await scope.Tenant().Erase();
                return !(await ledger.Read("select exists (select from tenant where id = $1)", row => row.GetBoolean(0), scope.Id.Value))[0];
            default:
                throw new UnreachableException();
        }
    }

    // Nothing is sent later than the end of a deletion says: what a provider may still be given, or asked about once more, keeps its row until that is over, which takes a day at most.
    private async Task<bool> IsOnTheWay(TenantScope scope, ImmutableArray<AccountId> people)
    {
        await ledger.Execute(Withdraw, scope.Id.Value, clock.GetUtcNow());
        await scope.Grains.GetGrain<IMailGrain>(transport.GrainKey).Drain();
        return (await ledger.Read(
            "select exists (select from outbox where (tenant_id = $1 or account_id = any ($2)) and status in (0, 1) and batch is not null and handover_at is not null)",
            row => row.GetBoolean(0), scope.Id.Value, people.Select(account => account.Value).ToArray()))[0];
    }
}
