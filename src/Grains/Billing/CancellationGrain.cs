using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Microsoft.Extensions.Logging;

namespace Backsoon.Billing;

[GrainType("cancellation")]
public sealed class CancellationGrain([PersistentState("cancellation")] IPersistentState<CancellationState> stored, BillingDesk desk, TimeProvider clock, ILogger<CancellationGrain> log)
    : StoredGrain<CancellationState>(stored), ICancellationGrain, IRemindable
{
    private const string Retry = "retry";

    /// <summary>Whoever is deleted must not be charged: from then on the operator hears of it each time.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromDays(2);
    private static readonly TimeSpan s_seldom = TimeSpan.FromHours(6);

    private IGrainTimer? _now;

    public async Task Begin(string subscription)
    {
        if (State.Subscription is not null)
            return;

        await this.RegisterOrUpdateReminder(Retry, s_seldom, s_seldom);
        (State.Subscription, State.Since) = (subscription, clock.GetUtcNow());
        await Write();
        _now = this.RegisterGrainTimer(_ => TryOnce(), new() { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
    }

    public Task<DateTimeOffset?> Look() => LeavingNothing<DateTimeOffset?>(Exists ? State.Since : null);

    public Task ReceiveReminder(string reminderName, TickStatus status) => Exists ? Try() : End();

    private async Task TryOnce()
    {
        _now?.Dispose();
        _now = null;
        if (Exists)
            await Try();
    }

    private async Task Try()
    {
        var answer = desk.Stripe is { } stripe ? await stripe.EndNow(State.Subscription!) : new StripeAnswer<bool>.Later("This installation has no account at Stripe.");
        if (answer is StripeAnswer<bool>.Given)
        {
            await End();
            return;
        }

        State.Attempts++;
        await Write();
        var (said, after) = answer switch
        {
            StripeAnswer<bool>.Later later => (later.Detail, later.After),
            StripeAnswer<bool>.Refused refused => (refused.Detail, null),
            _ => ("", null),
        };
        if (clock.GetUtcNow() - State.Since >= Deadline)
            log.LogError("Subscription {Subscription} of a business that was deleted is not ended at Stripe yet, and may be charged: end it there by hand if this goes on. {Reason}", State.Subscription, said);
        await this.RegisterOrUpdateReminder(Retry, RetrySchedule.AfterAttempt(State.Attempts, after, Random.Shared.NextDouble()) ?? s_seldom, s_seldom);
    }

    private async Task End()
    {
        if (Exists)
            await Clear();
        await this.Unremind(Retry);
        DeactivateOnIdle();
    }
}

[GenerateSerializer, Alias("billing.cancellation.state")]
public sealed class CancellationState
{
    [Id(0)]
    public string? Subscription { get; set; }

    [Id(1)]
    public DateTimeOffset Since { get; set; }

    [Id(2)]
    public int Attempts { get; set; }
}

public static class Cancellations
{
    /// <summary>By a name that says nothing of whose it is, and that is found again by whoever asks twice.</summary>
    public static ICancellationGrain Cancellation(this IGrainFactory grains, string subscription) =>
        grains.GetGrain<ICancellationGrain>($"cancellation/{Secret.Hash(subscription)}");
}
