using System.Collections.Immutable;

namespace Backsoon.Mail;

/// <summary>What one mail provider reports: kept once per event, then worked off, in whatever order and however often it comes.</summary>
/// <remarks>Key: <c>webhooks/{provider}</c>, e.g. <c>webhooks/resend</c>.</remarks>
[Alias("mail.webhooks")]
public interface IWebhooksGrain : IGrainWithStringKey
{
    /// <summary>Registers the reminder that works off what was left behind; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Once this answers the events are durable. One that is known already is not kept again.</summary>
    [AlwaysInterleave, Alias("keep")]
    Task Keep(ImmutableArray<WebhookEvent> events);
}

/// <param name="Id">The provider's own id of the event.</param>
/// <param name="Body">As received, byte by byte.</param>
[GenerateSerializer, Immutable, Alias("mail.webhook-event")]
public sealed record WebhookEvent(string Id, byte[] Body);
