using System.Diagnostics;

namespace Backsoon.Mail;

/// <summary>What is written down of one mail after it was handed over, or was not.</summary>
/// <param name="KeepsBatch">True when the provider may have it and is to be asked again under the same key.</param>
/// <param name="Outcome">What the history shows: sent, later, refused, unknown, suppressed, slowed, withheld.</param>
public sealed record MailOutcome(Guid Id, DeliveryStatus Status, DateTimeOffset? DueAt, bool KeepsBatch, string Outcome, string? Detail, string? ProviderId)
{
    /// <summary>What is known at once that a provider tells of later: that the address refuses mail.</summary>
    public DeliveryStatus? Reported { get; init; }

    /// <param name="mails">With the number of this attempt of each.</param>
    /// <param name="knowsKeys">Whether the transport can be asked again about a batch.</param>
    /// <param name="askedAgain">Whether an earlier call under the same key may have been taken: then "not now" says nothing of that one.</param>
    public static List<MailOutcome> Of(List<(Guid Id, int Attempts)> mails, IReadOnlyList<Handover> handovers, bool knowsKeys, bool askedAgain, DateTimeOffset now)
    {
        if (askedAgain)
            handovers = [.. handovers.Select(handover => handover is Handover.TryLater later ? new Handover.Unknown(later.Detail) { After = later.After } : handover)];
        var chance = Random.Shared.NextDouble();
        // A batch is asked about again only whole, and all of it at the same time.
        var again = knowsKeys && handovers.All(h => h is Handover.Unknown { Final: false })
            ? RetrySchedule.AfterAttempt(mails.Min(m => m.Attempts), handovers.Max(h => ((Handover.Unknown)h).After), chance)
            : null;
        return [.. mails.Zip(handovers, (mail, handover) => handover switch
        {
            Handover.Sent sent => new MailOutcome(mail.Id, DeliveryStatus.Sent, null, false, "sent", null, sent.ProviderId is { } id ? ProviderWords.Discreet(id) : null),
            Handover.Refused refused => new(mail.Id, DeliveryStatus.Parked, null, false, "refused", ProviderWords.Discreet(refused.Detail), null) { Reported = refused.OfAddress ? DeliveryStatus.Bounced : null },
            Handover.Unknown unknown => new(mail.Id, again is null ? DeliveryStatus.Unknown : DeliveryStatus.Queued, now + again, true, "unknown", ProviderWords.Discreet(unknown.Detail), null),
            Handover.TryLater later when RetrySchedule.AfterAttempt(mail.Attempts, later.After, Random.Shared.NextDouble()) is { } wait =>
                new(mail.Id, DeliveryStatus.Queued, now + wait, false, "later", ProviderWords.Discreet(later.Detail), null),
            Handover.TryLater later => new(mail.Id, DeliveryStatus.Parked, null, false, "later", ProviderWords.Discreet(later.Detail), null),
            _ => throw new UnreachableException(),
        })];
    }
}
