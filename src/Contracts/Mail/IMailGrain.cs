using System.Collections.Immutable;

namespace Backsoon.Mail;

/// <summary>The pump of one transport account: claims due mails from the outbox, sends them, records what came of it.</summary>
/// <remarks>Key: <c>mail/{transport account}</c>, e.g. <c>mail/smtp</c>, <c>mail/resend</c>, <c>mail/development</c>.</remarks>
[Alias("mail.pump")]
public interface IMailGrain : IGrainWithStringKey
{
    /// <summary>Something was committed to the outbox. Cheap, and harmless when lost: a reminder looks once a minute anyway.</summary>
    [OneWay, AlwaysInterleave, Alias("poke")]
    Task Poke();

    /// <summary>Registers the reminder that keeps the pump going; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Waits until whatever is on its way to the provider now has its answer, and that is written down.</summary>
    [AlwaysInterleave, Alias("drain")]
    Task Drain();
}

/// <summary>What came of the mails of one tenant, and the buttons for those that did not go out.</summary>
/// <remarks>Key: <c>deliveries/{tenant}</c>. A stateless worker: everything is in the ledger.</remarks>
[Alias("mail.deliveries")]
public interface IDeliveriesGrain : IGrainWithStringKey
{
    /// <summary>The mails that belong to one dispatch, oldest first.</summary>
    [ReadOnly, Alias("of-dispatch")]
    Task<ImmutableArray<Delivery>> OfDispatch(Guid dispatch);

    /// <summary>Parked and unknown mails of the tenant, newest first, at most 100.</summary>
    [ReadOnly, Alias("stuck")]
    Task<ImmutableArray<Delivery>> Stuck();

    /// <summary>Queues a mail once more that did not go out, or may not have. False when there is no such mail or its body is gone.</summary>
    [Alias("send-again")]
    Task<bool> SendAgain(Guid mail);

    /// <summary>Which of these addresses this business's mail is kept from, because they refuse it.</summary>
    [ReadOnly, Alias("refusing")]
    Task<ImmutableArray<Refusal>> Refusing(ImmutableArray<EmailAddress> addresses);

    /// <summary>How the mail of this business fares.</summary>
    /// <param name="owner">Where the owner is written to.</param>
    [ReadOnly, Alias("standing")]
    Task<MailStanding> Standing(EmailAddress owner);

    /// <summary>The owner says that the address takes mail again. False when nothing kept mail from it.</summary>
    [Alias("try-again")]
    Task<bool> TryAgain(EmailAddress address);
}

/// <param name="ReportedAt">When the provider said what became of it after it was sent; null when it has said nothing.</param>
[GenerateSerializer, Immutable, Alias("mail.delivery")]
public sealed record Delivery(
    Guid Id, string Kind, string Recipient, DeliveryStatus Status, DateTimeOffset QueuedAt, DateTimeOffset? SentAt, int Attempts, DateTimeOffset? NextAttemptAt, string? LastError, Guid? Vendor, ImmutableArray<DeliveryAttempt> History, DateTimeOffset? ReportedAt);

[GenerateSerializer, Immutable, Alias("mail.delivery-attempt")]
public sealed record DeliveryAttempt(DateTimeOffset At, string Outcome, string? Detail);

/// <summary>Numbers are on disk (outbox.status, outbox.reported): never reuse one.</summary>
[Alias("mail.delivery-status")]
public enum DeliveryStatus
{
    Queued = 0,
    Sending = 1,
    Sent = 2,
    /// <summary>The provider may or may not have it: never resent without a person asking.</summary>
    Unknown = 3,
    /// <summary>Given up after the last attempt, or refused for good.</summary>
    Parked = 4,
    Withdrawn = 5,
    /// <summary>The reader's mail server has it.</summary>
    Delivered = 6,
    /// <summary>The address refuses mail for good.</summary>
    Bounced = 7,
    /// <summary>The reader marked it as unwanted.</summary>
    Complained = 8,
    /// <summary>Not sent, because the address refuses mail.</summary>
    Suppressed = 9,
    /// <summary>Not sent, because this business or this address has had too many.</summary>
    Withheld = 10,
}

/// <summary>What became of the mails of one business in seven days, and what it may send therefore (R28).</summary>
/// <param name="Owner">Set while the owner's own address refuses mail.</param>
[GenerateSerializer, Immutable, Alias("mail.standing")]
public sealed record MailStanding(MailPace Pace, int Sent, int Bounced, int Complained, Refusal? Owner = null)
{
    public static readonly MailStanding Untried = new(MailPace.Free, 0, 0, 0);
}

[Alias("mail.pace")]
public enum MailPace
{
    Free,
    /// <summary>Ordinary mails go out one at a time.</summary>
    Slowed,
    /// <summary>Only owners and people who sign in are written to.</summary>
    Stopped,
}

/// <summary>An address that is not written to.</summary>
[GenerateSerializer, Immutable, Alias("mail.refusal")]
public sealed record Refusal(EmailAddress Address, RefusalReason Reason, DateTimeOffset Since);

/// <summary>Numbers are on disk (suppression.reason): never reuse one.</summary>
[Alias("mail.refusal-reason")]
public enum RefusalReason
{
    Bounced = 1,
    Complained = 2,
}

/// <summary>The development mailbox: what would have been sent, newest first.</summary>
/// <remarks>Key: <c>development-mailbox/all</c>. Filled only while no transport is configured.</remarks>
[Alias("mail.development-mailbox")]
public interface IDevelopmentMailboxGrain : IGrainWithStringKey
{
    /// <summary>False as soon as a transport is configured: then nobody is to look into it.</summary>
    [ReadOnly, Alias("is-in-use")]
    Task<bool> IsInUse();

    [ReadOnly, Alias("list")]
    Task<ImmutableArray<MailboxEntry>> List(Guid? before, int take);

    [ReadOnly, Alias("open")]
    Task<MailboxMail?> Open(Guid mail);

    /// <summary>Every kind of mail the product sends, made from example data.</summary>
    [ReadOnly, Alias("previews")]
    Task<ImmutableArray<MailboxMail>> Previews();
}

[GenerateSerializer, Immutable, Alias("mail.mailbox-entry")]
public sealed record MailboxEntry(Guid Id, string Kind, string To, string Subject, DateTimeOffset At);

[GenerateSerializer, Immutable, Alias("mail.mailbox-mail")]
public sealed record MailboxMail(Guid Id, string Kind, string From, string To, string? ReplyTo, string Subject, DateTimeOffset At, string Html, string Text, ImmutableDictionary<string, string> Headers, MailboxCalendar? Calendar);

/// <summary>The calendar file that goes with a mail, and what it asks of a calendar program.</summary>
[GenerateSerializer, Immutable, Alias("mail.mailbox-calendar")]
public sealed record MailboxCalendar(string FileName, string Method, string Text);
