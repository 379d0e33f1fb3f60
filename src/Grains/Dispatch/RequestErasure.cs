using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Takes one person out of the rows of a request, in one statement each; what is left says when something happened, and to nobody whom.</summary>
public sealed class RequestErasure(Ledger ledger)
{
    /// <summary>What a vendor's address is replaced by: it is read as one, and nobody has it (RFC 2606).</summary>
    public static readonly EmailAddress NoAddress = EmailAddress.Parse("removed@example.invalid");

    // Of events: 0, 15, 20 and 24 are the caller's; the texts of 7, 9, 11, 13 and 20 to 23 are somebody's words about them. Subjects may be named after who lives there.
    private const string WithoutCaller =
        """
        with gone as (
            update dispatch set caller_name = $3, caller_phone = '', caller_email = null, body = '', fingerprint = '\x', source = null, subject_id = null, subject_label = null, subject_reference = null, version = version + 1
            where tenant_id = $1 and id = $2 returning id
        ), events as (
            update dispatch_event set who = case when kind in (0, 15, 20, 24) then $3 else who end, text = case when kind in (7, 9, 11, 13, 20, 21, 22, 23) then null else text end where tenant_id = $1 and dispatch_id = $2
        ), photos as (
            delete from photo where tenant_id = $1 and dispatch_id = $2
        ), words as (
            delete from dispatch_words where tenant_id = $1 and dispatch_id = $2
        ), unread as (
            insert into dispatch_unread (tenant_id, dispatch_id) select $1, id from gone
        ), mails as (
            delete from outbox where tenant_id = $1 and dispatch_id = $2 returning id
        )
        delete from development_mail where id in (select id from mails)
        """;

    private const string WithoutVendor =
        """
        with gone as (
            update dispatch set plan = $7::json, with_name = replace(with_name, $4, $5), version = version + 1 where tenant_id = $1 and id = $2 returning id
        ), events as (
            update dispatch_event set who = replace(who, $4, $5), text = case when vendor_id = $3 and kind in (7, 9, 21, 23) then null when kind = 10 then replace(text, $4, $5) else text end where tenant_id = $1 and dispatch_id = $2
        ), words as (
            delete from dispatch_words where tenant_id = $1 and dispatch_id = $2
        ), unread as (
            insert into dispatch_unread (tenant_id, dispatch_id) select $1, id from gone
        ), mails as (
            delete from outbox where tenant_id = $1 and dispatch_id = $2 and vendor_id = $3 and created_at <= $6 returning id
        )
        delete from development_mail where id in (select id from mails)
        """;

    public Task Caller(TenantId tenant, Guid id) => ledger.Execute(WithoutCaller, tenant.Value, id, Removed.Name);

    public async Task Vendor(Request request, Guid vendor, DateTimeOffset now)
    {
        var name = Removed.NameOf(RequestReference.Of(vendor));
        ImmutableArray<RouteStep> plan = [.. request.Plan.Select(step => step with { Vendors = [.. step.Vendors.Select(asked => asked.Id == vendor ? asked with { Name = name, Email = NoAddress, Phone = null } : asked)] })];
        // They may have been called something else when they were asked first.
        foreach (var former in request.Plan.SelectMany(step => step.Vendors).Where(asked => asked.Id == vendor).Select(asked => asked.Name).Distinct())
            await ledger.Execute(WithoutVendor, request.Tenant.Value, request.Id, vendor, former, name, now, PlanJson.Write(plan, request.Repeat));
    }
}
