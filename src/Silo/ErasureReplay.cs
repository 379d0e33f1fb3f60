using Backsoon.Accounts;
using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon;

/// <summary>After a restore whoever was deleted since is there again: they are erased once more before anybody is shown a page.</summary>
internal sealed class ErasureReplay(ErasedFile erased, Ledger ledger, TenantLedger tenants, PersonReplay people, IGrainFactory grains, ILogger<ErasureReplay> log)
{
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(20);

    public async Task Run()
    {
        await EraseTenants();
        await people.Run();
    }

    private async Task EraseTenants()
    {
        var back = erased.Among(await ledger.Read("select id from tenant", row => new TenantId(row.GetString(0))));
        if (back.Count == 0)
            return;

        log.LogWarning("{Count} businesses that were deleted are in the database again, as after a restore: they are erased before anything is served", back.Count);
        foreach (var tenant in back)
        {
            // No mail of theirs goes out meanwhile, nor one about the account of somebody who has no other business.
            await ledger.Execute("delete from outbox where tenant_id = $1 or account_id = any ($2)", tenant.Value, await People(tenant, back));
            await grains.For(tenant).Deletion().Forget();
            await grains.For(tenant).Tenant().Erase();
            while (!await tenants.EraseFor(tenant, s_slice))
                log.LogInformation("Still erasing");
        }
    }

    private async Task<string[]> People(TenantId tenant, IReadOnlyCollection<TenantId> erased)
    {
        var accounts = new List<string>();
        foreach (var member in (await grains.For(tenant).Tenant().Profile())?.Members ?? [])
        {
            if (await grains.GetGrain<IAccountGrain>($"account/{member}").Look() is { } account && account.Tenants.All(erased.Contains))
                accounts.Add(member.Value);
        }

        return [.. accounts];
    }
}
