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
    /// <summary>Sent by the business itself.</summary>
    public bool IsTest { get; init; }
    public required ImmutableArray<RouteStep> Plan { get; init; }
    public int Repeat { get; init; } = 1;
    public DispatchStatus Status { get; init; }
    /// <summary>Below zero before the first.</summary>
    public int Step { get; init; } = -1;
    /// <summary>How often all steps of the rule have been gone through.</summary>
    public int Round { get; init; }
    /// <summary>Who has it, or the only one who is being asked.</summary>
    public Guid? With { get; init; }
    /// <summary>The names of all who have it, are being asked or waited for.</summary>
    public string? WithName { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    /// <summary>Whether what happens then is a reminder; else the wait is over.</summary>
    public bool NextReminds { get; init; }
    /// <summary>When those who are being asked have to have answered.</summary>
    public DateTimeOffset? AnswerBy { get; init; }
    /// <summary>Since when it waits for somebody to be on duty.</summary>
    public DateTimeOffset? HeldSince { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public int Version { get; init; } = 1;
    public ImmutableArray<DispatchEvent> Events { get; init; } = [];

    /// <summary>Those on its timeline, and those that were kept and wait to be.</summary>
    public ImmutableArray<Photo> Photos { get; init; } = [];
    public ImmutableArray<Photo> Unattached { get; init; } = [];

    /// <summary>As it comes in; names and labels are copies.</summary>
    public static Request Of(RoutePlan plan, Guid id, Submission form, byte[] fingerprint, DateTimeOffset now) => new()
    {
        Tenant = plan.Profile.Id,
        Id = id,
        Reference = RequestReference.Of(id),
        ReceivedAt = now,
        Subject = plan.Subject?.Id,
        SubjectLabel = plan.Subject?.Label,
        SubjectReference = plan.Subject?.Reference,
        Category = plan.Category.Id,
        CategoryName = plan.Category.Name,
        Urgent = plan.Category.Urgent,
        CallerName = form.Name,
        CallerPhone = form.Phone,
        CallerEmail = form.Email,
        Text = form.Text,
        Fingerprint = fingerprint,
        Plan = plan.Steps,
        Repeat = plan.Rule?.Repeat ?? 1,
    };

    public bool IsOpen => ClosedAt is null;

    /// <summary>Whether whoever sent it was removed; nobody else leaves out the telephone number under that name.</summary>
    public bool IsForgotten => CallerName == Removed.Name && CallerPhone.Length == 0;

    /// <summary>How many steps are the rule's; the others come after them.</summary>
    public int RuleSteps => Plan.Count(step => step.Origin == StepOrigin.Rule);

    public NextStep? Next => NextAt is not { } at ? null
        : Status == DispatchStatus.Waiting ? new(at, Step < 0 ? NextStepKind.AskOnReturn : NextStepKind.AskOnDuty, WithName)
        : NextReminds ? new(at, NextStepKind.Remind, WithName)
        : From(Step + 1, Round).Select(next => Plan[next.Step].Vendors.Where(vendor => !IsOut(vendor.Id)).ToArray()).FirstOrDefault(vendors => vendors.Length > 0) is { } vendors ? new(at, NextStepKind.AskVendor, Duties.Names(vendors))
        : new(at, NextStepKind.AskOwner, null);

    /// <summary>Those who are being asked now: of the last who were asked together, whoever is not out.</summary>
    public ImmutableArray<Vendor> Asked
    {
        get
        {
            var last = Status == DispatchStatus.Asking ? LastEvent(e => e.Kind == DispatchEventKind.VendorAsked) : -1;
            var asked = ImmutableArray.CreateBuilder<Vendor>();
            for (var i = last; i >= 0 && Events[i].Kind == DispatchEventKind.VendorAsked; i--)
            {
                if (Events[i].Vendor is { } id && !IsOut(id) && Vendor(id) is { } vendor)
                    asked.Insert(0, vendor);
            }

            return asked.ToImmutable();
        }
    }

    public Vendor? Vendor(Guid? id) => Plan.SelectMany(step => step.Vendors).LastOrDefault(vendor => vendor.Id == id);

    /// <summary>Who has accepted it, or had when it was closed.</summary>
    public Vendor? Taker => With is { } with
        && LastEvent(e => e.Vendor == with && e.Kind is DispatchEventKind.Accepted or DispatchEventKind.Reopened)
            > LastEvent(e => e.Kind == DispatchEventKind.Reassigned || e.Vendor is null && e.Kind == DispatchEventKind.Reopened || e.Vendor == with && e.Kind == DispatchEventKind.Declined)
        ? Vendor(with) : null;

    /// <summary>The steps of the rule that are left from here, round by round. After one that was added by hand there are none.</summary>
    public IEnumerable<(int Step, int Round)> From(int step, int round)
    {
        var length = RuleSteps;
        if (step > length)
            yield break;
        for (; length > 0 && round < Repeat; round++, step = 0)
        {
            for (; step < length; step++)
                yield return (step, round);
        }
    }

    /// <summary>Whether this vendor said no, or cannot have heard, when they were asked last.</summary>
    public bool IsOut(Guid vendor) =>
        LastEvent(e => e.Vendor == vendor && e.Kind is DispatchEventKind.Declined or DispatchEventKind.VendorBounced) > LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.VendorAsked);

    /// <summary>Whether this vendor was on the way since they accepted last.</summary>
    public bool HasSetOut(Guid vendor) => LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.OnTheWay) > LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.Accepted);

    /// <summary>Whether the owner gave it to somebody else after this vendor was asked last.</summary>
    public bool IsGivenToOther(Guid vendor) => LastEvent(e => e.Kind == DispatchEventKind.Reassigned) > LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.VendorAsked);

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
            DispatchStatus.Asking when IsGivenToOther(vendor) => VendorStanding.TakenByOther,
            _ => LastEvent(e => e.Vendor == vendor && e.Kind == DispatchEventKind.Declined) > asked ? VendorStanding.Declined : VendorStanding.Asked,
        };
    }

    /// <summary>The vendors who stand in one of these ways.</summary>
    public IEnumerable<Vendor> Standing(params VendorStanding[] standings) =>
        Plan.SelectMany(step => step.Vendors).DistinctBy(vendor => vendor.Id).Where(vendor => StandingOf(vendor.Id) is { } standing && standings.Contains(standing));

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
