using Backsoon.Accounts;
using Backsoon.Mail;

namespace Backsoon.Tenants;

[GenerateSerializer, Alias("tenants.deletion.state")]
public sealed class DeletionState
{
    [Id(0)]
    public Guid Id { get; set; }

    [Id(1)]
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>Null until then.</summary>
    [Id(2)]
    public DateTimeOffset? ConfirmedAt { get; set; }

    [Id(3)]
    public DateTimeOffset UndoUntil { get; set; }

    [Id(4)]
    public DateTimeOffset Deadline { get; set; }

    [Id(5)]
    public bool IsUndone { get; set; }

    [Id(6)]
    public Dictionary<DeletionStep, DateTimeOffset> Done { get; set; } = [];

    /// <summary>Who is told; their accounts are gone by then.</summary>
    [Id(7)]
    public List<DeletionReader> To { get; set; } = [];

    [Id(8)]
    public string Business { get; set; } = "";

    [Id(9)]
    public string? ZoneId { get; set; }

    [Id(10)]
    public DateTimeOffset? AlarmedAt { get; set; }

    /// <summary>Whether the mail that it has begun was posted: the account's mails go before the rest does, and it with them.</summary>
    [Id(11)]
    public bool HasTold { get; set; }
}

[GenerateSerializer, Immutable, Alias("tenants.deletion.reader")]
public sealed record DeletionReader(AccountId Account, EmailAddress Email);
