using System.Collections.Immutable;
using Backsoon.Accounts;

namespace Backsoon.Tenants;

/// <summary>The deletion of one business from asking to the last row (R32, R34): step by step, each kept, repeated until it is done.</summary>
/// <remarks>Key: <c>deletion/{tenant}</c>. What is known of it afterwards is a row of <c>deletion</c>, found by its random id alone.</remarks>
[Alias("tenants.deletion")]
public interface IDeletionGrain : IGrainWithStringKey
{
    public static readonly TimeSpan LinkLife = TimeSpan.FromHours(1);

    /// <summary>Mails a link that confirms it. False when it is under way already, or the tenant is gone.</summary>
    [Alias("ask")]
    Task<bool> Ask(AccountId by);

    /// <summary>The deletion that was confirmed and is not over; null when there is none.</summary>
    [AlwaysInterleave, Alias("current")]
    Task<DeletionView?> Current();

    /// <summary>By its id, also when it is over; null when there is none of this id any more.</summary>
    [AlwaysInterleave, Alias("look")]
    Task<DeletionView?> Look(Guid id);

    /// <summary>Begins it: the page closes at once, the rest waits until it cannot be undone any more. Idempotent. Null when the link is over.</summary>
    [Alias("confirm")]
    Task<DeletionView?> Confirm(Guid id);

    /// <summary>Ends it with nothing deleted. False when it is too late.</summary>
    [Alias("undo")]
    Task<bool> Undo(Guid id);

    /// <summary>Begins it with nobody asking: the time in which they could come back is over.</summary>
    [Alias("begin")]
    Task Begin();

    /// <summary>Forgets that it was under way, for a tenant that is erased by other means.</summary>
    [Alias("forget")]
    Task Forget();
}

/// <param name="UndoUntil">Until when it can be undone.</param>
/// <param name="Deadline">By when it is promised to be done.</param>
/// <param name="ZoneId">The business's time zone; null once nothing is known of it.</param>
[GenerateSerializer, Immutable, Alias("tenants.deletion-view")]
public sealed record DeletionView(Guid Id, DeletionStage Stage, DateTimeOffset AskedAt, DateTimeOffset UndoUntil, DateTimeOffset Deadline, DateTimeOffset? DoneAt, ImmutableArray<DeletionStep> Done, string? ZoneId);

[Alias("tenants.deletion-stage")]
public enum DeletionStage
{
    /// <summary>Asked for, and not confirmed.</summary>
    Asked = 0,
    /// <summary>Confirmed, and can be undone.</summary>
    Waiting = 1,
    Running = 2,
    Done = 3,
}

/// <summary>In the order in which they are done. Words of theirs are on disk (deletion.steps): never rename one.</summary>
[Alias("tenants.deletion-step")]
public enum DeletionStep
{
    /// <summary>The page is closed.</summary>
    Page,
    /// <summary>Mails that wait are withdrawn.</summary>
    Mails,
    /// <summary>It is noted where a restored backup does not undo it.</summary>
    Note,
    Subscription,
    /// <summary>Access to calendars is given back.</summary>
    Calendars,
    Archives,
    /// <summary>The name is given up.</summary>
    Name,
    /// <summary>Sessions are ended, accounts in no other business are gone.</summary>
    People,
    Rows,
}
