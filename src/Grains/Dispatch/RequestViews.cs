using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>A request as each of its readers may see it.</summary>
internal static class RequestViews
{
    // What a caller is told; the rest is between the business and its vendors.
    private static readonly ImmutableHashSet<DispatchEventKind> s_forCaller =
    [
        DispatchEventKind.Received, DispatchEventKind.VendorAsked, DispatchEventKind.OwnerAsked, DispatchEventKind.Accepted, DispatchEventKind.OnTheWay, DispatchEventKind.Done, DispatchEventKind.Closed, DispatchEventKind.Reopened,
    ];

    public static DispatchView ForOwner(Request r, ImmutableArray<Delivery> mails) => new(
        r.Id, r.Reference, r.Status, r.Urgent, r.SubjectLabel, r.SubjectReference, r.CategoryName, r.CallerName, r.CallerPhone, r.CallerEmail, r.Text, r.ReceivedAt, r.ClosedAt, r.Vendor(r.With), r.Next, r.Plan, r.Events, mails);

    public static VendorView? ForVendor(Request r, Guid vendor, TenantSettings settings) => r.StandingOf(vendor) is not { } standing || r.Vendor(vendor) is not { } asked ? null : new(
        settings.BusinessName, settings.ZoneId, settings.Owner, asked.Name, r.Reference, standing, r.Urgent, r.SubjectLabel, r.SubjectReference, r.CategoryName, r.CallerName, r.CallerPhone, r.Text, r.ReceivedAt,
        standing == VendorStanding.Asked && r.With == vendor ? r.AnswerBy : null);

    public static CallerView ForCaller(Request r, TenantSettings settings) => new(
        settings.BusinessName, settings.ZoneId, r.Reference, r.Status, r.Urgent, r.SubjectLabel, r.CategoryName, r.Text, r.ReceivedAt, r.WithName, r.Next, settings.EmergencyText, settings.EmergencyPhone,
        [.. r.Events.Where(e => s_forCaller.Contains(e.Kind)).Select(e => e with { Text = null, Who = e.Vendor is null && e.Kind != DispatchEventKind.Received ? null : e.Who })]);
}
