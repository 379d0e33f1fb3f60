using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Backsoon.Storage;
using Microsoft.Extensions.Logging;

namespace Backsoon.Mail;

[GrainType("webhooks")]
public sealed class WebhooksGrain(WebhookWriter writer, Ledger ledger, RootKey rootKey, DeliveryReports reports, TimeProvider clock, ILogger<WebhooksGrain> log) : Grain, IWebhooksGrain, IRemindable
{
    private const string Wake = "wake";
    private const int Batch = 100;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;
    private bool _poked;

    private string Provider => this.GetPrimaryKeyString()["webhooks/".Length..];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Interleaved, because a long queue must not hold off reminders and starts.
        _timer = this.RegisterGrainTimer(WorkOff, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, s_again) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task Start()
    {
        await this.RegisterOrUpdateReminder(Wake, s_minute, s_minute);
        WorkOffSoon();
    }

    public async Task Keep(ImmutableArray<WebhookEvent> events)
    {
        var fresh = await Ledger.Ask(() => Task.WhenAll(events.Select(kept => writer.Write(new NewWebhook(Provider, kept)))));
        if (fresh.Contains(true))
            WorkOffSoon();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        WorkOffSoon();
        return Task.CompletedTask;
    }

    private void WorkOffSoon()
    {
        _poked = true;
        _timer!.Change(TimeSpan.Zero, s_again);
    }

    // If this throws, the database is away, and the timer rings again in some seconds.
    private async Task WorkOff(CancellationToken cancellation)
    {
        while (_poked)
        {
            _poked = false;
            while (await Waiting() is { Count: > 0 } events)
                foreach (var (id, body) in events)
                    await WorkOff(id, body);
        }

        _timer!.Change(Timeout.InfiniteTimeSpan, s_again);
    }

    private Task<List<(string Id, byte[] Body)>> Waiting() => ledger.Read(
        $"select event_id, body from webhook where provider = $1 and processed_at is null order by received_at, event_id limit {Batch}", row => (row.GetString(0), row.GetFieldValue<byte[]>(1)), Provider);

    // Applied first and noted afterwards: cut off between the two it is applied once more, which changes nothing.
    private async Task WorkOff(string id, byte[] body)
    {
        string? error = null;
        try
        {
            if (Read(rootKey.Unwrap(body, WebhookWriter.RowOf(Provider, id))) is { } report)
                await reports.Apply(report);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or ArgumentException or InvalidOperationException or CryptographicException)
        {
            // The next one must not wait for a person to look at this one.
            error = failure is CryptographicException ? "It was wrapped by another root key." : "It could not be read.";
            log.LogError("Event {Id} of {Provider} was passed over: {Reason}", id, Provider, error);
        }

        await ledger.Execute("update webhook set processed_at = $3, body = null, error = nullif($4, '') where provider = $1 and event_id = $2", Provider, id, clock.GetUtcNow(), error ?? "");
    }

    private DeliveryReport? Read(byte[] body) => Provider switch
    {
        ResendEvents.Provider => ResendEvents.Read(body),
        SendGridEvents.Provider => SendGridEvents.Read(body),
        var other => throw new InvalidOperationException($"Nobody reads the events of {other}."),
    };
}
