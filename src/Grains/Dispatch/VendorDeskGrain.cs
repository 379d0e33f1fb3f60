using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

[GrainType("vendor-desk"), StatelessWorker]
public sealed class VendorDeskGrain(Ledger ledger, RequestRows rows, Outbox outbox, Keys keys, Site site, TimeProvider clock) : Grain, IVendorDeskGrain
{
    private const int AtOnce = 8;

    // Whoever was ever asked and is still open; how they stand is worked out from the rows of each.
    private static readonly string s_open =
        $"""
        select d.id from dispatch d
        where d.tenant_id = $1 and d.closed_at is null
            and exists (select from dispatch_event e where e.tenant_id = d.tenant_id and e.dispatch_id = d.id and e.vendor_id = $2 and e.kind = {(int)DispatchEventKind.VendorAsked})
        order by d.urgent desc, d.received_at desc limit {IVendorDeskGrain.MostListed + 1}
        """;

    public async Task<VendorDeskView?> Look(int link)
    {
        var (tenant, id) = Key();
        var scope = GrainFactory.For(tenant);
        if (await scope.Directory().Vendor(id) is not { } vendor || !IsGood(vendor, link) || await scope.Tenant().Profile() is not { Settings: { } settings })
            return null;

        var found = await ledger.Read(s_open, row => row.GetGuid(0), tenant.Value, id);
        var open = new List<VendorDeskEntry>();
        foreach (var together in found.Take(IVendorDeskGrain.MostListed).Chunk(AtOnce))
            open.AddRange((await Task.WhenAll(together.Select(dispatch => rows.Read(tenant, dispatch)))).OfType<Request>().Select(request => Entry(request, id)).OfType<VendorDeskEntry>());
        return new VendorDeskView(settings.BusinessName, settings.ZoneId, settings.Owner, vendor.Name, vendor.UnavailableUntil is { } until && until > clock.GetUtcNow() ? until : null, [.. open], found.Count <= IVendorDeskGrain.MostListed);
    }

    public async Task<bool> StayAway(int link, DateTimeOffset? until)
    {
        var (tenant, id) = Key();
        var directory = GrainFactory.For(tenant).Directory();
        return await directory.Vendor(id) is { } vendor && IsGood(vendor, link) && await directory.PutVendor(vendor with { UnavailableUntil = until }) is DirectoryChange.Saved;
    }

    public async Task<bool> Mail(Guid mail)
    {
        var (tenant, id) = Key();
        var scope = GrainFactory.For(tenant);
        if (await scope.Directory().Vendor(id) is not { Link: > 0 } vendor || await scope.Tenant().Profile() is not { } profile)
            return false;

        var url = DispatchMails.DeskLink(site, profile, (await keys.Current()).Tokens, vendor.Id, vendor.Link, clock.GetUtcNow());
        await outbox.Post(new OutgoingMail(mail, MailPriority.Normal, vendor.Email, vendor.Name, new VendorDeskEmail(profile.Settings.BusinessName, profile.Settings.Owner, vendor.Name, url)) { Tenant = tenant, Vendor = id });
        return true;
    }

    private static VendorDeskEntry? Entry(Request request, Guid vendor) => request.StandingOf(vendor) is { } standing && Message.MayWrite(standing)
        ? new(request.Id, request.Reference, standing, request.Urgent, request.SubjectLabel, request.CategoryName, request.ReceivedAt, standing == VendorStanding.Asked && request.Asked.Any(asked => asked.Id == vendor) ? request.AnswerBy : null, request.IsTest)
        : null;

    private static bool IsGood(Vendor vendor, int link) => link > 0 && vendor.Link == link;

    private (TenantId Tenant, Guid Vendor) Key() =>
        this.GetPrimaryKeyString().Split('/') is [_, var tenant, var vendor] ? (new TenantId(tenant), Guid.ParseExact(vendor, "n")) : throw new InvalidOperationException("The key names no vendor.");
}
