using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Somebody who is asked to do the work; needs no account.</summary>
/// <param name="Hours">Their own; kept while <paramref name="Duty"/> says that others count.</param>
/// <param name="Link">The number in their personal link; negative while they have none. Only the directory changes it.</param>
/// <param name="UnavailableUntil">Not asked before that instant; null, or one that is past, for somebody who can be.</param>
[GenerateSerializer, Immutable, Alias("dispatch.vendor")]
public sealed record Vendor(
    Guid Id, string Name, EmailAddress Email, string? Phone, string? Note, bool Active, VendorDuty Duty = VendorDuty.Always, OpeningHours? Hours = null, DateTimeOffset? UnavailableUntil = null,
    int Link = 1)
{
    /// <summary>The hours that count for them; null for always.</summary>
    /// <param name="business">The hours of the business.</param>
    public OpeningHours? DutyHours(OpeningHours? business) => Duty switch
    {
        VendorDuty.Always => null,
        VendorDuty.Business => business,
        VendorDuty.Own => Hours,
        _ => throw new ArgumentOutOfRangeException(nameof(business), Duty, null),
    };
}

/// <summary>Numbers are on disk (vendor.duty): never reuse one.</summary>
[Alias("dispatch.vendor-duty")]
public enum VendorDuty
{
    Always = 0,
    Business = 1,
    Own = 2,
}

/// <summary>What a request is about: a property, a matter, a client.</summary>
/// <param name="Reference">Address, file number or the like; may be empty.</param>
[GenerateSerializer, Immutable, Alias("dispatch.subject")]
public sealed record Subject(Guid Id, string Label, string Reference, bool Active);

[GenerateSerializer, Immutable, Alias("dispatch.category")]
public sealed record Category(Guid Id, string Name, bool Urgent, bool Active, int Position);

/// <summary>Which vendors are asked, step by step, for one subject (or any) and one category (or any).</summary>
/// <param name="Subject">Null for any subject.</param>
/// <param name="Category">Null for any category.</param>
/// <param name="Repeat">How often all of it is done before the owner is asked.</param>
[GenerateSerializer, Immutable, Alias("dispatch.rule")]
public sealed record Rule(Guid Id, Guid? Subject, Guid? Category, ImmutableArray<RuleStep> Steps, int Repeat = 1)
{
    public const int MaxSteps = 10;
    public const int MaxTogether = 5;
    public const int MaxRepeat = 5;
    public static readonly TimeSpan MinWait = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan MaxWait = TimeSpan.FromDays(7);
}

/// <summary>Vendors who are asked at once. The first who accepts has it.</summary>
/// <param name="Wait">How long they have to answer before the next step; a reminder goes out at half of it, when that half is 5 minutes or more.</param>
/// <param name="CountsDuty">Whether only time counts in which they are on duty.</param>
[GenerateSerializer, Immutable, Alias("dispatch.rule-step")]
public sealed record RuleStep(ImmutableArray<Guid> Vendors, TimeSpan Wait, StepStart Start = StepStart.Now, bool CountsDuty = false)
{
    public RuleStep(Guid vendor, TimeSpan wait)
        : this([vendor], wait)
    {
    }
}

/// <summary>When a step begins. Urgent requests never wait. Numbers are on disk (rule_step.start, dispatch.plan): never reuse one.</summary>
[Alias("dispatch.step-start")]
public enum StepStart
{
    Now = 0,
    /// <summary>When one of those it asks is on duty.</summary>
    OnDuty = 1,
}

/// <summary>A rule with the names a person reads.</summary>
/// <param name="Vendors">Everybody it names, each once.</param>
[GenerateSerializer, Immutable, Alias("dispatch.rule-view")]
public sealed record RuleView(Rule Rule, string? SubjectLabel, string? CategoryName, ImmutableArray<Vendor> Vendors);

/// <summary>How long it takes at most until somebody has accepted or the owner is told, with the hours as they are.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.rule-bounds")]
public sealed record RuleBounds(TimeSpan Routine, TimeSpan Urgent);

/// <summary>Everything the desk page needs.</summary>
/// <param name="Away">The absence of the owner that is on.</param>
/// <param name="Subjects">All active subjects when there are at most <see cref="MaxListed"/>, else empty: then the caller searches.</param>
[GenerateSerializer, Immutable, Alias("dispatch.desk-view")]
public sealed record DeskView(long Version, TenantProfile Profile, ImmutableArray<Category> Categories, ImmutableArray<Subject> Subjects, int SubjectCount, Absence? Away = null)
{
    public const int MaxListed = 8;
}

/// <summary>Whom a request goes to: the vendors of the most specific rule, step by step, then the owner. Without a rule the owner at once.</summary>
/// <param name="Steps">Those of the rule, with those of their vendors who are switched on.</param>
/// <param name="Rule">The rule that decided; null when none fits.</param>
/// <param name="Away">The absence of the owner that is on, with who stands in.</param>
[GenerateSerializer, Immutable, Alias("dispatch.route-plan")]
public sealed record RoutePlan(Subject? Subject, Category Category, ImmutableArray<RouteStep> Steps, TenantProfile Profile, Rule? Rule, Absence? Away = null, Vendor? StandIn = null);

/// <summary>A step as one request has it: a copy that later edits of the rule do not change.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.route-step")]
public sealed record RouteStep(ImmutableArray<Vendor> Vendors, TimeSpan Wait, StepStart Start = StepStart.Now, bool CountsDuty = false, StepOrigin Origin = StepOrigin.Rule)
{
    public RouteStep(Vendor vendor, TimeSpan wait)
        : this([vendor], wait)
    {
    }
}

/// <summary>Numbers are on disk (dispatch.plan): never reuse one.</summary>
[Alias("dispatch.step-origin")]
public enum StepOrigin
{
    Rule = 0,
    /// <summary>Chosen by hand.</summary>
    Owner = 1,
    /// <summary>Asked before an owner who is away.</summary>
    StandIn = 2,
}

/// <summary>What is so just now of the business and of some of its vendors: looked up whenever something is decided.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.roster")]
public sealed record Roster(TenantProfile Profile, ImmutableArray<Vendor> Vendors, Absence? Away = null, Vendor? StandIn = null);

/// <summary>Whether a vendor can be asked.</summary>
/// <param name="At">On duty: until when, null for always. Off duty: when they are on duty next. Unavailable: until when.</param>
[GenerateSerializer, Immutable, Alias("dispatch.duty")]
public readonly record struct Duty(DutyKind Kind, DateTimeOffset? At);

[Alias("dispatch.duty-kind")]
public enum DutyKind
{
    OnDuty,
    OffDuty,
    /// <summary>Not within the next 400 days.</summary>
    NeverOnDuty,
    Unavailable,
    SwitchedOff,
}
