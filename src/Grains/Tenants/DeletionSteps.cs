using System.Collections.Immutable;
using System.Diagnostics;
using Backsoon.Accounts;
using Backsoon.Promises;
using Backsoon.Storage;

namespace Backsoon.Tenants;

/// <summary>What each step of a deletion does. Done again, each changes nothing more.</summary>
public sealed class DeletionSteps(Ledger ledger, ErasedFile erased, Policies policies, TimeProvider clock)
{
    private const string Withdraw =
        """
        with withdrawn as (
            update outbox set status = 5, body = null, rendered = null where tenant_id = $1 and status = 0 and batch is null returning id
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
                foreach (var account in people)
                    await scope.Grains.GetGrain<IAccountGrain>($"account/{account}").Leave(scope.Id);
                return true;
            case DeletionStep.Rows:
                await scope.Tenant().Erase();
                return !(await ledger.Read("select exists (select from tenant where id = $1)", row => row.GetBoolean(0), scope.Id.Value))[0];
            default:
                throw new UnreachableException();
        }
    }
}
