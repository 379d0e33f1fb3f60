namespace Backsoon.Mail;

/// <summary>What a provider says became of one mail after it took it.</summary>
/// <param name="Mail">Our id, which went along with the mail; null when it did not come back.</param>
/// <param name="ProviderId">The provider's id, by which the mail is found then.</param>
/// <param name="To">The address it is about.</param>
/// <param name="Detail">In the provider's words, without addresses.</param>
public sealed record DeliveryReport(DeliveryFate Fate, Guid? Mail, string? ProviderId, EmailAddress? To, DateTimeOffset At, string? Detail);

public enum DeliveryFate
{
    /// <summary>The provider goes on trying.</summary>
    Delayed,
    /// <summary>Sent back for now: a full mailbox, or the automatic answer of somebody on holiday, which is no refusal.</summary>
    Returned,
    Delivered,
    /// <summary>The provider gave up for a reason that is not the address.</summary>
    Failed,
    Bounced,
    Complained,
}
