using Backsoon.Accounts;
using Backsoon.Mail;
using System.Collections.Immutable;

namespace Backsoon.Tenants;

/// <summary>The profile and the life of one business.</summary>
/// <remarks>Key: <c>tenant/{id}</c>.</remarks>
[Alias("tenants.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Makes the tenant with its row in the ledger and its starter categories. Idempotent.</summary>
    [Alias("found")]
    Task Found(AccountId owner, EmailAddress ownerEmail, SignUpDetails details);

    /// <summary>Null when there is no such tenant, or no more. Never waits for a change under way: the directory asks for it while it is told of that change.</summary>
    [AlwaysInterleave, Alias("profile")]
    Task<TenantProfile?> Profile();

    /// <summary>Saves what the settings page edits. Null when the tenant is gone.</summary>
    [Alias("change")]
    Task<TenantProfile?> Change(TenantSettings settings);

    /// <summary>Adds an absence or replaces it by id.</summary>
    [Alias("leave")]
    Task<AbsenceOutcome> Leave(Absence absence);

    /// <summary>Ends an absence now, or forgets one that has not begun. False when it has ended already.</summary>
    [Alias("return")]
    Task<bool> Return(Guid absence);

    /// <summary>Takes nothing new for the time being, or takes it again.</summary>
    [Alias("pause")]
    Task Pause(bool pause);

    /// <summary>Closes the page for everybody, or opens it again.</summary>
    [Alias("close")]
    Task Close(bool close);

    /// <summary>Gives the name up; nobody gets it before then. The profile goes on saying what it was.</summary>
    [Alias("give-up-slug")]
    Task GiveUpSlug(DateTimeOffset heldUntil);

    /// <summary>Takes a name that is free in place of the one that was given up. False when somebody else has it.</summary>
    [Alias("take-slug")]
    Task<bool> TakeSlug(Slug slug);

    /// <summary>Takes everything of this tenant out of the database (R34): the row is marked first and deleted last, so a late writer fails.</summary>
    [Alias("erase")]
    Task Erase();
}

/// <param name="Version">Rises with every change; pages rendered from an older one are stale.</param>
[GenerateSerializer, Immutable, Alias("tenants.profile")]
public sealed record TenantProfile(TenantId Id, Slug Slug, Industry Industry, TenantSettings Settings, ImmutableArray<AccountId> Members, DateTimeOffset FoundedAt, long Version,
    ImmutableArray<Absence> Absences, Standing Standing = Standing.Open)
{
    public Absence? AwayAt(DateTimeOffset at) => Absences.FirstOrDefault(absence => absence.Covers(at));
}

/// <param name="ZoneId">IANA name, e.g. <c>Europe/Lisbon</c>.</param>
/// <param name="AwayText">A standing notice that callers read first; while the owner is away, the absence's own words take its place. Null when there is nothing to say.</param>
/// <param name="Hours">When the business is open; null for always.</param>
/// <param name="EmergencyText">What a caller with an urgent category reads first; null for the standard sentence.</param>
[GenerateSerializer, Immutable, Alias("tenants.settings")]
public sealed record TenantSettings(
    string BusinessName, string ZoneId, Nouns Nouns, OwnerContact Owner, string? About, string? AwayText, string? EmergencyText, string? EmergencyPhone, NotificationPreferences Notifications,
    OpeningHours? Hours = null);

/// <summary>Whom a vendor may call back (R10), and who is asked last.</summary>
[GenerateSerializer, Immutable, Alias("tenants.owner-contact")]
public sealed record OwnerContact(string Name, EmailAddress Email, string? Phone);

/// <summary>Which mails about requests the owner wants. That nobody answered is always told.</summary>
[GenerateSerializer, Immutable, Alias("tenants.notifications")]
public sealed record NotificationPreferences(bool EveryRequest, bool UrgentRequests, bool Accepted, bool Declined, bool Done)
{
    public static readonly NotificationPreferences Default = new(EveryRequest: false, UrgentRequests: true, Accepted: true, Declined: true, Done: true);
}
