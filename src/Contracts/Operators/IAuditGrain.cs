using System.Collections.Immutable;

namespace Backsoon.Operators;

/// <summary>What operators did and looked at: written before it is done or shown, and never changed.</summary>
/// <remarks>Key: <c>audit/all</c>. A stateless worker: everything is in the ledger.</remarks>
[Alias("operators.audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    public const string Key = "audit/all";

    /// <summary>After that a row is deleted.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(365);

    public const int PageSize = 50;

    /// <summary>Newest first. Null for whoever is not signed in.</summary>
    /// <param name="before">The last row of the page before; null for the newest.</param>
    [ReadOnly, Alias("read")]
    Task<AuditPage?> Read(string session, Guid? before);

    /// <summary>The same as CSV, piece by piece; the first begins with the names of the columns, and is itself in the log. Null for whoever is not signed in.</summary>
    [Alias("csv")]
    Task<AuditPiece?> Csv(string session, Guid? before);
}

/// <summary>Looks of operators at one business, for its owner.</summary>
/// <remarks>Key: <c>looks/{tenant}</c>. A stateless worker.</remarks>
[Alias("operators.looks")]
public interface ILooksGrain : IGrainWithStringKey
{
    /// <summary>Newest first, so many as on a page of the log.</summary>
    [ReadOnly, Alias("list")]
    Task<LooksPage> List(Guid? before);
}

/// <param name="Subject">What it was about, in words and ids of ours.</param>
/// <param name="Tenant">The business it was about, while there is one.</param>
/// <param name="Reason">Empty where none was asked for.</param>
[GenerateSerializer, Immutable, Alias("operators.audit-row")]
public sealed record AuditRow(Guid Id, DateTimeOffset At, string Operator, OperatorAct Act, string Subject, string? Tenant, string Reason);

/// <param name="Next">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("operators.audit-page")]
public sealed record AuditPage(ImmutableArray<AuditRow> Rows, Guid? Next);

/// <param name="Text">UTF-8.</param>
/// <param name="Next">Null after the last piece.</param>
[GenerateSerializer, Immutable, Alias("operators.audit-piece")]
public sealed record AuditPiece(byte[] Text, Guid? Next);

[GenerateSerializer, Immutable, Alias("operators.look")]
public sealed record Look(Guid Id, DateTimeOffset At, string Operator, OperatorAct Act, string Reason);

/// <param name="Next">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("operators.looks-page")]
public sealed record LooksPage(ImmutableArray<Look> Looks, Guid? Next);

/// <summary>Numbers are on disk (audit.act): never reuse one.</summary>
[Alias("operators.act")]
public enum OperatorAct
{
    SignedIn = 1,
    SignedOut = 2,
    /// <summary>A link to sign in was printed by the command on the machine.</summary>
    LinkPrinted = 3,
    AuditExported = 4,
    TenantsListed = 5,
    TenantsSearched = 6,
    /// <summary>A look at one business, without anything personal.</summary>
    TenantOpened = 7,
    /// <summary>The owner's name, address and number.</summary>
    ContactShown = 8,
    MailSentAgain = 9,
    MailWithdrawn = 10,
    /// <summary>All of one status and error.</summary>
    MailsSentAgain = 11,
    MailsWithdrawn = 12,
    KeysRotated = 13,
}
