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
        DispatchEventKind.Held, DispatchEventKind.HeldForReturn, DispatchEventKind.CallerMailed,
    ];

    // Who may know the caller and what they say (R10): whoever is asked or has it, and whoever has done it.
    private static readonly VendorStanding[] s_concerned = [VendorStanding.Asked, VendorStanding.Accepted, VendorStanding.OnTheWay, VendorStanding.Done];

    public static DispatchView ForOwner(Request r, ImmutableArray<Delivery> mails) => new(
        r.Id, r.Reference, r.Status, r.Urgent, r.SubjectLabel, r.SubjectReference, r.CategoryName, r.CallerName, r.CallerPhone, r.CallerEmail, r.Text, r.ReceivedAt, r.ClosedAt, r.Vendor(r.With), r.Next, r.Plan, r.Events, mails,
        [.. r.Standing(s_concerned)], r.Asked, r.Photos, r.IsTest);

    public static VendorView? ForVendor(Request r, Guid vendor, TenantSettings settings) => r.StandingOf(vendor) is not { } standing || r.Vendor(vendor) is not { } asked ? null : new(
        settings.BusinessName, settings.ZoneId, settings.Owner, asked.Name, r.Reference, standing, r.Urgent, r.SubjectLabel, r.SubjectReference, r.CategoryName, r.CallerName, r.CallerPhone, r.Text, r.ReceivedAt,
        standing == VendorStanding.Asked && r.Asked.Any(other => other.Id == vendor) ? r.AnswerBy : null, [.. r.Events.Where(e => s_concerned.Contains(standing) && IsForVendor(e, vendor))], r.CallerEmail is not null, Message.MayWrite(standing),
        s_concerned.Contains(standing) ? r.Photos : [], r.IsTest, standing == VendorStanding.TakenByOther && r.IsGivenToOther(vendor));

    public static CallerView ForCaller(Request r, TenantSettings settings, DateTimeOffset now) => new(
        settings.BusinessName, settings.ZoneId, r.Reference, r.Status, r.Urgent, r.SubjectLabel, r.CategoryName, r.Text, r.ReceivedAt, r.WithName, r.Next, settings.EmergencyText, settings.EmergencyPhone,
        [.. ForCaller(r.Events)], Message.CallerMayWrite(r, now), r.Photos.Length, r.IsTest);

    // A decline is news only to whoever was told that they come.
    private static IEnumerable<DispatchEvent> ForCaller(IEnumerable<DispatchEvent> events)
    {
        var (taker, isMailed) = ((Guid?)null, false);
        foreach (var e in events)
        {
            var isGivenBack = e.Kind == DispatchEventKind.Declined && e.Vendor is not null && e.Vendor == taker;
            taker = e.Kind is DispatchEventKind.Accepted or DispatchEventKind.Reopened ? e.Vendor : isGivenBack || e.Kind == DispatchEventKind.Reassigned ? null : taker;
            // The first brought the link; the others say what stands here anyway.
            if (e.Kind == DispatchEventKind.CallerMailed && isMailed)
                continue;
            isMailed |= e.Kind == DispatchEventKind.CallerMailed;
            if (isGivenBack)
                yield return e with { Text = null };
            else if (ForCaller(e) is { } shown)
                yield return shown;
        }
    }

    // Of the business the caller knows the name, not who of it did what.
    private static DispatchEvent? ForCaller(DispatchEvent e) => e.Kind switch
    {
        DispatchEventKind.CallerWrote or DispatchEventKind.VendorWrote or DispatchEventKind.CallerSentPhotos => e with { Message = null },
        DispatchEventKind.OwnerWrote when e.Vendor is null => e with { Who = null, Message = null },
        _ when s_forCaller.Contains(e.Kind) => e with { Text = null, Who = e.Kind == DispatchEventKind.Reopened || e.Vendor is null && e.Kind is not (DispatchEventKind.Received or DispatchEventKind.Held) ? null : e.Who },
        _ => null,
    };

    private static bool IsForVendor(DispatchEvent e, Guid vendor) => e.Kind switch
    {
        DispatchEventKind.CallerWrote => true,
        DispatchEventKind.VendorWrote or DispatchEventKind.VendorWroteToBusiness or DispatchEventKind.OwnerWrote => e.Vendor == vendor,
        _ => false,
    };
}
