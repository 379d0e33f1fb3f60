using System.Collections.Immutable;
using Backsoon.Billing;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Operators;

/// <summary>Businesses as operators see them: what is needed to help, and nothing that callers, guests or vendors wrote. Every look is in the audit log before it is answered.</summary>
/// <remarks>Key: <c>tenants/all</c>. A stateless worker. Each answers null for whoever is not signed in.</remarks>
[Alias("operators.tenants")]
public interface ITenantsGrain : IGrainWithStringKey
{
    public const string Key = "tenants/all";
    public const int PageSize = 50;
    public const int LongestReason = 300;

    /// <summary>Newest first.</summary>
    /// <param name="words">How words of the name or the address begin; empty for all.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    [ReadOnly, Alias("search")]
    Task<TenantsPage?> Search(string session, string words, TenantId? after);

    [ReadOnly, Alias("open")]
    Task<TenantLook?> Open(string session, TenantId tenant);

    /// <summary>Who owns it and how to reach them, for a reason that the owner can read.</summary>
    [ReadOnly, Alias("contact")]
    Task<TenantLook?> Contact(string session, TenantId tenant, string reason);
}

/// <param name="ErasingSince">Set once it is being deleted.</param>
[GenerateSerializer, Immutable, Alias("operators.tenant-line")]
public sealed record TenantLine(TenantId Id, string Name, string Slug, Standing Standing, DateTimeOffset FoundedAt, DateTimeOffset? ErasingSince);

/// <param name="Next">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("operators.tenants-page")]
public sealed record TenantsPage(ImmutableArray<TenantLine> Tenants, TenantId? Next);

/// <summary>Null <paramref name="Facts"/> when there is no such business, or no more.</summary>
[GenerateSerializer, Immutable, Alias("operators.tenant-look")]
public sealed record TenantLook(TenantFacts? Facts);

/// <param name="Contact">Only when it was asked for with a reason.</param>
[GenerateSerializer, Immutable, Alias("operators.tenant-facts")]
public sealed record TenantFacts(
    TenantLine Line, Industry Industry, string ZoneId, bool IsAway, SubscriptionView Plan, LeavingView? Leaving, DeletionView? Deletion, TenantCounts Counts, MailStanding Mail, OwnerContact? Contact);

[GenerateSerializer, Immutable, Alias("operators.tenant-counts")]
public sealed record TenantCounts(
    long People, long Vendors, long Subjects, long Rules, long OpenRequests, long ComingAppointments, long StuckMails, long Calendars, long TroubledCalendars, long ParkedCalendarWrites, long OpenDataRequests,
    DateTimeOffset? ArchivedAt);
