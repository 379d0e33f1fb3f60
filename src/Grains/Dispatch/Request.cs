using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>One request as its rows say it. Whoever was asked is in the plan: vendors the owner chose by hand are added at its end.</summary>
public sealed record Request
{
    public required TenantId Tenant { get; init; }
    public required Guid Id { get; init; }
    public required string Reference { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required Guid? Subject { get; init; }
    public required string? SubjectLabel { get; init; }
    public required string? SubjectReference { get; init; }
    public required Guid Category { get; init; }
    public required string CategoryName { get; init; }
    public required bool Urgent { get; init; }
    public required string CallerName { get; init; }
    public required string CallerPhone { get; init; }
    public required EmailAddress? CallerEmail { get; init; }
    public required string Text { get; init; }
    public required byte[] Fingerprint { get; init; }
    public required ImmutableArray<RouteStep> Plan { get; init; }
    public DispatchStatus Status { get; init; }
    public int Step { get; init; } = -1;
    public Guid? With { get; init; }
    public string? WithName { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    /// <summary>Whether what happens then is a reminder; else the wait is over.</summary>
    public bool NextReminds { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public int Version { get; init; } = 1;
    public ImmutableArray<DispatchEvent> Events { get; init; } = [];

    public bool IsOpen => ClosedAt is null;

    public NextStep? Next => NextAt is not { } at ? null
        : NextReminds ? new(at, NextStepKind.Remind, WithName)
        : FirstToAsk(Step + 1) is var next && next < Plan.Length ? new(at, NextStepKind.AskVendor, Plan[next].Vendor.Name)
        : new(at, NextStepKind.AskOwner, null);

    /// <summary>When the vendor who is being asked has to have answered.</summary>
    public DateTimeOffset? AnswerBy => NextReminds ? NextAt + RestAfterReminder(Plan[Step].Wait) : NextAt;

    public Vendor? Vendor(Guid? id) => Plan.LastOrDefault(step => step.Vendor.Id == id)?.Vendor;

    /// <summary>Whether this vendor said no, or cannot have heard, when they were asked last.</summary>
    public bool IsOut(Guid vendor) =>
        LastEvent(e => e.Vendor == vendor && e.Kind is DispatchEventKind.Declined or DispatchEventKind.VendorBounced) > LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.VendorAsked);

    /// <summary>The next step at or after this one whose vendor is not out; the plan's length when there is none.</summary>
    public int FirstToAsk(int step)
    {
        while (step < Plan.Length && IsOut(Plan[step].Vendor.Id))
            step++;
        return Math.Min(step, Plan.Length);
    }

    /// <summary>Null when this vendor was never asked.</summary>
    public VendorStanding? StandingOf(Guid vendor)
    {
        var asked = LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.VendorAsked);
        if (asked < 0)
            return null;

        return Status switch
        {
            DispatchStatus.Accepted when With == vendor => VendorStanding.Accepted,
            DispatchStatus.OnTheWay when With == vendor => VendorStanding.OnTheWay,
            DispatchStatus.Done when With == vendor => VendorStanding.Done,
            DispatchStatus.Accepted or DispatchStatus.OnTheWay or DispatchStatus.Done => VendorStanding.TakenByOther,
            DispatchStatus.Closed => VendorStanding.Closed,
            // Given to somebody else by the owner, who has not been silent yet: that is the owner's word, not the clock's.
            DispatchStatus.Asking when asked < LastEvent(e => e.Kind == DispatchEventKind.Reassigned) => VendorStanding.TakenByOther,
            _ => LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.Declined) > asked ? VendorStanding.Declined : VendorStanding.Asked,
        };
    }

    /// <summary>The vendors who stand in one of these ways.</summary>
    public IEnumerable<Vendor> Standing(params VendorStanding[] standings) =>
        Plan.Select(step => step.Vendor).DistinctBy(vendor => vendor.Id).Where(vendor => StandingOf(vendor.Id) is { } standing && standings.Contains(standing));

    public static TimeSpan RestAfterReminder(TimeSpan wait) => wait - wait / 2;

    private int LastEvent(Func<DispatchEvent, bool> matches)
    {
        for (var i = Events.Length - 1; i >= 0; i--)
        {
            if (matches(Events[i]))
                return i;
        }

        return -1;
    }
}
