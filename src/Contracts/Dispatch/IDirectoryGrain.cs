using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Vendors, subjects, categories and rules of one tenant: a snapshot in memory of rows in the ledger. All writes go through it.</summary>
/// <remarks>Key: <c>directory/{tenant}</c>. Once it is active, what callers need (the four interleaved reads) waits for nothing, not even for a write that waits for the database.</remarks>
[Alias("dispatch.directory")]
public interface IDirectoryGrain : IGrainWithStringKey
{
    /// <summary>What the desk page shows. Null when the tenant is gone.</summary>
    [AlwaysInterleave, Alias("desk")]
    Task<DeskView?> Desk();

    /// <summary>Rises with every change of directory or profile; the desk page is cached by it. Null when the tenant is gone.</summary>
    [AlwaysInterleave, Alias("version")]
    Task<long?> Version();

    /// <summary>Whom a request goes to, as a copy that later edits do not change. Null when it is not offered, or nothing is taken at present.</summary>
    [AlwaysInterleave, Alias("route")]
    Task<RoutePlan?> Route(Guid? subject, Guid category);

    /// <summary>What is so of these vendors now. Null when the tenant is gone or has left.</summary>
    [AlwaysInterleave, Alias("roster")]
    Task<Roster?> Roster(ImmutableArray<Guid> vendors);

    /// <summary>Active subjects whose label or reference contains every word, best first.</summary>
    [AlwaysInterleave, Alias("find-subjects")]
    Task<ImmutableArray<Subject>> FindSubjects(string query, int take);

    [ReadOnly, Alias("vendors")]
    Task<Page<Vendor>> Vendors(PageRequest request);

    [ReadOnly, Alias("subjects")]
    Task<Page<Subject>> Subjects(PageRequest request);

    [ReadOnly, Alias("categories")]
    Task<ImmutableArray<Category>> Categories();

    [ReadOnly, Alias("rules")]
    Task<Page<RuleView>> Rules(PageRequest request);

    [ReadOnly, Alias("vendor")]
    Task<Vendor?> Vendor(Guid id);

    [ReadOnly, Alias("subject")]
    Task<Subject?> Subject(Guid id);

    [ReadOnly, Alias("rule")]
    Task<RuleView?> Rule(Guid id);

    /// <summary>Null when there is no such rule.</summary>
    [ReadOnly, Alias("bounds")]
    Task<RuleBounds?> Bounds(Guid rule);

    /// <summary>Null when the category or subject is not offered.</summary>
    [ReadOnly, Alias("preview")]
    Task<Preview?> Preview(Guid? subject, Guid category, DateTimeOffset at);

    /// <summary>Null when the tenant is gone.</summary>
    [ReadOnly, Alias("coverage")]
    Task<Coverage?> Coverage();

    /// <summary>Adds or replaces by id. So do the three below.</summary>
    [Alias("put-vendor")]
    Task<DirectoryChange> PutVendor(Vendor vendor);

    /// <summary>Makes a new personal link for a vendor, or takes it back; older ones are over at once. Null when there is no such vendor.</summary>
    [Alias("change-link")]
    Task<DirectoryChange?> ChangeLink(Guid vendor, bool revoke);

    [Alias("put-subject")]
    Task<DirectoryChange> PutSubject(Subject subject);

    [Alias("put-category")]
    Task<DirectoryChange> PutCategory(Category category);

    [Alias("put-rule")]
    Task<DirectoryChange> PutRule(Rule rule);

    [Alias("remove-rule")]
    Task<DirectoryChange> RemoveRule(Guid id);

    /// <summary>Rows were written past this grain: reads them all again.</summary>
    [Alias("reload")]
    Task Reload();

    /// <summary>The profile changed: read it again and raise the version.</summary>
    [Alias("profile-changed")]
    Task ProfileChanged(TenantProfile profile);

    /// <summary>Forgets everything; the tenant is being erased.</summary>
    [Alias("close")]
    Task Close();
}

[GenerateSerializer, Immutable, Alias("dispatch.directory-change")]
public abstract record DirectoryChange
{
    [GenerateSerializer, Immutable, Alias("dispatch.directory-change.saved")]
    public sealed record Saved(long Version) : DirectoryChange;

    /// <summary>Another row has this name, or another rule this subject and category.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.directory-change.duplicate")]
    public sealed record Duplicate(Guid Existing) : DirectoryChange;

    /// <summary>A rule names a vendor, subject or category that is not there; or the tenant is gone.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.directory-change.missing")]
    public sealed record Missing(string What) : DirectoryChange;
}

/// <param name="Query">Words that must all occur; empty for everything.</param>
/// <param name="After">The id of the last row of the page before; null for the first.</param>
/// <param name="IncludeInactive">Whether rows that were switched off are listed too.</param>
[GenerateSerializer, Immutable, Alias("dispatch.page-request")]
public sealed record PageRequest(string Query, Guid? After, int Take, bool IncludeInactive);

/// <param name="Total">How many match in all.</param>
/// <param name="Next">Pass as <see cref="PageRequest.After"/>; null on the last page.</param>
[GenerateSerializer, Immutable, Alias("dispatch.page`1")]
public sealed record Page<T>(ImmutableArray<T> Items, int Total, Guid? Next);
