using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Somebody who is asked to do the work; needs no account.</summary>
/// <param name="Hours">Their own; kept while <paramref name="Duty"/> says that others count.</param>
/// <param name="UnavailableUntil">Not asked before that instant; null, or one that is past, for somebody who can be.</param>
[GenerateSerializer, Immutable, Alias("dispatch.vendor")]
public sealed record Vendor(
    Guid Id, string Name, EmailAddress Email, string? Phone, string? Note, bool Active, VendorDuty Duty = VendorDuty.Always, OpeningHours? Hours = null, DateTimeOffset? UnavailableUntil = null)
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

/// <summary>Which vendors are asked, in order, for one subject (or any) and one category (or any).</summary>
/// <param name="Subject">Null for any subject.</param>
/// <param name="Category">Null for any category.</param>
[GenerateSerializer, Immutable, Alias("dispatch.rule")]
public sealed record Rule(Guid Id, Guid? Subject, Guid? Category, ImmutableArray<RuleStep> Steps)
{
    public const int MaxSteps = 10;
    public static readonly TimeSpan MinWait = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan MaxWait = TimeSpan.FromDays(7);
}

/// <param name="Wait">How long this vendor has to answer before the next is asked; a reminder goes out at half of it, when that half is 5 minutes or more.</param>
[GenerateSerializer, Immutable, Alias("dispatch.rule-step")]
public sealed record RuleStep(Guid Vendor, TimeSpan Wait);

/// <summary>A rule with the names a person reads.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.rule-view")]
public sealed record RuleView(Rule Rule, string? SubjectLabel, string? CategoryName, ImmutableArray<Vendor> Vendors);

/// <summary>Everything the desk page needs.</summary>
/// <param name="Subjects">All active subjects when there are at most <see cref="MaxListed"/>, else empty: then the caller searches.</param>
[GenerateSerializer, Immutable, Alias("dispatch.desk-view")]
public sealed record DeskView(long Version, TenantProfile Profile, ImmutableArray<Category> Categories, ImmutableArray<Subject> Subjects, int SubjectCount)
{
    public const int MaxListed = 8;
}

/// <summary>Whom a request goes to: the vendors of the most specific rule in order, then the owner. Without a rule the owner at once.</summary>
/// <param name="Steps">Those of the rule whose vendor is active.</param>
/// <param name="Rule">The rule that decided; null when none fits.</param>
[GenerateSerializer, Immutable, Alias("dispatch.route-plan")]
public sealed record RoutePlan(Subject? Subject, Category Category, ImmutableArray<RouteStep> Steps, TenantProfile Profile, Rule? Rule);

[GenerateSerializer, Immutable, Alias("dispatch.route-step")]
public sealed record RouteStep(Vendor Vendor, TimeSpan Wait);
