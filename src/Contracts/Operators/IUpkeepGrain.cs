using System.Collections.Immutable;
using Backsoon.Mail;

namespace Backsoon.Operators;

/// <summary>What got stuck or is late, without a word of what it says and to whom, and the buttons for it. Every act is in the audit log before it is done.</summary>
/// <remarks>Key: <c>upkeep/all</c>. A stateless worker. Each answers null for whoever is not signed in.</remarks>
[Alias("operators.upkeep")]
public interface IUpkeepGrain : IGrainWithStringKey
{
    public const string Key = "upkeep/all";
    public const int PageSize = 50;

    /// <summary>So many of a kind of error are sent again or withdrawn by one press.</summary>
    public const int AtOnce = 500;

    /// <summary>Mails that were given up or may not have gone out, newest first, and how many there are by error.</summary>
    /// <param name="before">The last one of the page before; null for the first.</param>
    [ReadOnly, Alias("mails")]
    Task<StuckMailsPage?> Mails(string session, StuckMailsCursor? before);

    /// <returns>How many there were.</returns>
    [Alias("mend")]
    Task<int?> Mend(string session, Mending mending, Guid mail);

    /// <summary>The same for all of a status and an error, at most <see cref="AtOnce"/>.</summary>
    [Alias("mend-all")]
    Task<int?> MendAll(string session, Mending mending, DeliveryStatus status, string error);

    /// <summary>What should have happened and has not, and what has a deadline.</summary>
    [ReadOnly, Alias("late")]
    Task<LateTimers?> Late(string session);
}

[Alias("operators.mending")]
public enum Mending
{
    Again = 0,
    Withdraw = 1,
}

/// <param name="Slug">Of the business; null for mails about accounts.</param>
/// <param name="Error">Without any address.</param>
/// <param name="HasWords">Whether what it says is still kept, so that it can be sent again.</param>
[GenerateSerializer, Immutable, Alias("operators.stuck-mail")]
public sealed record StuckMail(Guid Id, string Kind, string? Slug, DeliveryStatus Status, int Attempts, string Error, DateTimeOffset QueuedAt, bool HasWords);

[GenerateSerializer, Immutable, Alias("operators.stuck-kind")]
public sealed record StuckKind(DeliveryStatus Status, string Error, long Count, DateTimeOffset First);

[GenerateSerializer, Immutable, Alias("operators.stuck-cursor")]
public sealed record StuckMailsCursor(DateTimeOffset QueuedAt, Guid Id);

/// <param name="Next">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("operators.stuck-page")]
public sealed record StuckMailsPage(ImmutableArray<StuckKind> Kinds, ImmutableArray<StuckMail> Mails, StuckMailsCursor? Next);

/// <param name="Reminders">Null where the host of grains does not tell.</param>
[GenerateSerializer, Immutable, Alias("operators.late")]
public sealed record LateTimers(ImmutableArray<LateTimer> Chains, ImmutableArray<LateTimer>? Reminders, ImmutableArray<LateTimer> CalendarWrites, ImmutableArray<OpenDeletion> Deletions, ImmutableArray<OpenLetter> Letters);

/// <param name="Kind">The kind of grain or thing that is late.</param>
[GenerateSerializer, Immutable, Alias("operators.late-timer")]
public sealed record LateTimer(string Kind, long Count, DateTimeOffset First);

[GenerateSerializer, Immutable, Alias("operators.open-deletion")]
public sealed record OpenDeletion(Guid Id, DateTimeOffset AskedAt, DateTimeOffset UndoUntil, DateTimeOffset Deadline, int StepsDone);

/// <param name="Reference">L-… came to the operator's mailbox, D-… to a business.</param>
[GenerateSerializer, Immutable, Alias("operators.open-letter")]
public sealed record OpenLetter(string Reference, string Kind, DateTimeOffset ReceivedAt, DateTimeOffset DueAt);
