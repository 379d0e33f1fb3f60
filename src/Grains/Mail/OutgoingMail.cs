using System.Security.Cryptography;
using System.Text;
using Backsoon.Accounts;
using Backsoon.Tenants;

namespace Backsoon.Mail;

/// <summary>A mail to be posted to the outbox.</summary>
/// <param name="Id">Made before anything is written: posting it twice is posting it once.</param>
/// <param name="Recipient">Who that is in a word the owner knows: the vendor's name, "Caller", "Owner".</param>
public sealed record OutgoingMail(Guid Id, MailPriority Priority, EmailAddress To, string Recipient, Email Email)
{
    /// <summary>The recipient of a mail to whoever sent the request.</summary>
    public const string Caller = "Caller";

    public TenantId? Tenant { get; init; }

    public AccountId? Account { get; init; }

    public Guid? Dispatch { get; init; }

    public Guid? Vendor { get; init; }

    /// <summary>What it says before everything else when it is about a test; its subject says so, too.</summary>
    public string? Test { get; init; }

    /// <summary>From then on it is not sent any more.</summary>
    public DateTimeOffset? UselessAfter { get; init; }

    /// <summary>An id for whoever keeps none: the same mail has the same name, so posting it again posts nothing.</summary>
    public static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}

/// <summary>Numbers are on disk (outbox.priority).</summary>
public enum MailPriority
{
    SignIn = 0,
    Urgent = 1,
    Normal = 2,
}
