using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>Removes one person from one business. Done again it finds what is left, so whatever cuts it off is mended by the next time.</summary>
public sealed class PersonRemoval(PersonalRows personal, OutboxErasure mails, Ledger ledger, ErasedFile erased, TimeProvider clock)
{
    private const int Batch = 200;

    // Shorter ones stand in mails of others, too.
    private const int ShortestNumber = 7;

    public async Task Run(TenantScope scope, DataSubject person, AccountId by)
    {
        var now = clock.GetUtcNow();
        // First, so that no backup can bring back what is gone.
        erased.AddPerson(scope.Id, person.Key, now);
        await Run(scope, person, now, by);
    }

    /// <param name="until">What came later is somebody's who came back.</param>
    public async Task Run(TenantScope scope, DataSubject person, DateTimeOffset until, AccountId by)
    {
        var (requests, appointments) = (await personal.RequestsOf(scope.Id, person, until), await personal.AppointmentsOf(scope.Id, person, until));
        string[] words = [.. requests.Select(request => request.Reference), .. requests.Select(request => request.Phone).Where(phone => phone.Length >= ShortestNumber), .. appointments.Select(appointment => appointment.Reference)];
        await mails.Forget(scope.Id, [.. person.Email is { } email ? words.Append(email.Value) : words]);
        // What the owner made of everything, and lists that were typed elsewhere: both can be made again.
        await scope.Archive().Forget();
        if (person.Email is { } address)
            await ledger.Execute("delete from import i where i.tenant_id = $1 and exists (select from import_piece p where p.tenant_id = i.tenant_id and p.import_id = i.id and position($2 in p.content) > 0)", scope.Id.Value, System.Text.Encoding.UTF8.GetBytes(address.Value));

        foreach (var request in requests)
            await scope.Dispatch(request.Id).ForgetCaller(by);
        foreach (var appointment in appointments)
            await scope.Appointment(appointment.Id).ForgetGuest(by);
        foreach (var vendor in await personal.VendorsOf(scope.Id, person, until))
            await Forget(scope, vendor);

        var open = await personal.LeftOpen(scope.Id);
        foreach (var request in open.Requests)
            await scope.Dispatch(request).ForgetCaller(by);
        foreach (var appointment in open.Appointments)
            await scope.Appointment(appointment).ForgetGuest(by);
    }

    // Switched off first, so that nobody asks them meanwhile; nameless last, so that it is found again until all of it is done.
    private async Task Forget(TenantScope scope, Guid id)
    {
        var directory = scope.Directory();
        if (await directory.Vendor(id) is not { } vendor)
            return;
        await directory.PutVendor(vendor with { Active = false });
        await directory.ChangeLink(id, revoke: true);
        for (var (after, batch) = (Guid.Empty, new List<Guid>()); (batch = await personal.Naming(scope.Id, id, after, Batch)).Count > 0; after = batch[^1])
        {
            foreach (var request in batch)
                await scope.Dispatch(request).ForgetVendor(id);
        }

        await ledger.Execute("with mails as (delete from outbox where tenant_id = $1 and vendor_id = $2 and dispatch_id is null returning id) delete from development_mail where id in (select id from mails)", scope.Id.Value, id);
        await directory.PutVendor(new Vendor(id, Removed.NameOf(RequestReference.Of(id)), RequestErasure.NoAddress, null, null, Active: false));
    }
}
