using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Promises;

/// <summary>After a restore whoever was removed since is there again: they are removed once more before anybody is shown a page.</summary>
public sealed class PersonReplay(ErasedFile erased, PersonalRows personal, PersonRemoval removal, DataRequestRows rows, Ledger ledger, IGrainFactory grains, ILogger<PersonReplay> log)
{
    // Everybody there is, by how a person is named in the file.
    private const string People =
        """
        select tenant_id, lower(caller_email) from dispatch where caller_email is not null
        union select tenant_id, lower(guest_email) from appointment where guest_email is not null
        union select tenant_id, lower(email) from vendor
        union select tenant_id, lower(email) from data_request where email is not null
        union select tenant_id, 'dispatch/' || replace(id::text, '-', '') from dispatch where caller_email is null
        """;

    public async Task Run()
    {
        if (erased.RemovedPeople() is not { } removedAt)
            return;
        foreach (var (tenant, key) in await ledger.Read(People, row => (new TenantId(row.GetString(0)), row.GetString(1))))
        {
            if (removedAt(tenant, key) is not { } at || await grains.For(tenant).Tenant().Profile() is not { Members: [var owner, ..] })
                continue;
            var person = key.StartsWith("dispatch/", StringComparison.Ordinal) ? DataSubject.OfRequest(Guid.Parse(key["dispatch/".Length..])) : DataSubject.Of(EmailAddress.Parse(key));
            // Whoever came back after they were removed is there by right.
            if ((await personal.RequestsOf(tenant, person, at)).Count + (await personal.AppointmentsOf(tenant, person, at)).Count + (await personal.VendorsOf(tenant, person, at)).Count > 0)
            {
                log.LogWarning("Somebody who was removed from {Tenant} is in the database again, as after a restore: they are removed before anything is served", tenant);
                await removal.Run(grains.For(tenant), person, at, owner);
            }

            await rows.Remove(tenant, person, at, []);
        }
    }
}
