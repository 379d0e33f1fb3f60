using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Billing;

[GrainType("billing")]
public sealed class BillingGrain(BillingRows rows, BillingDesk desk, Site site, TimeProvider clock, ILogger<BillingGrain> log) : Grain, IBillingGrain, IRemindable
{
    private const string Wake = "wake";
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;
    private bool _poked;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Interleaved, because a long queue must not hold off reminders and starts.
        _timer = this.RegisterGrainTimer(WorkOff, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, s_again) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task Start()
    {
        await this.RegisterOrUpdateReminder(Wake, s_minute, s_minute);
        if (desk.Stripe is not null)
            WorkOffSoon();
    }

    public async Task Keep(BillingEvent reported)
    {
        if (await rows.Keep(reported))
            WorkOffSoon();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (desk.Stripe is not null)
            WorkOffSoon();
        else if (await SettleAll())
            await this.Unremind(Wake);
    }

    // Nothing is charged for any more: whoever was paused for it opens. False when somebody has to be told again.
    private async Task<bool> SettleAll()
    {
        var all = true;
        for (var some = await rows.Begun(""); some.Count > 0; some = await rows.Begun(some[^1].Value))
            foreach (var tenant in some)
                all &= await Reach(tenant, subscription => subscription.Settle());
        return all;
    }

    private void WorkOffSoon()
    {
        _poked = true;
        _timer!.Change(TimeSpan.Zero, s_again);
    }

    // If this throws, the database is away, and the timer rings again in some seconds.
    private async Task WorkOff(CancellationToken cancellation)
    {
        DateTimeOffset? next;
        do
        {
            _poked = false;
            await BeginNew();
            while (await rows.Due() is { Count: > 0 } events)
                foreach (var (reported, attempts, since) in events)
                    await WorkOff(reported, attempts, since);
            next = await rows.Next();
        }
        while (_poked);

        _poked = next is not null;
        _timer!.Change(next - clock.GetUtcNow() is { } wait ? wait > s_again ? wait : s_again : Timeout.InfiniteTimeSpan, s_again);
    }

    // Whoever is left over is found in a minute.
    private async Task BeginNew()
    {
        foreach (var tenant in await rows.New())
            await Reach(tenant, subscription => subscription.Begin());
    }

    private async Task<bool> Reach(TenantId tenant, Func<ISubscriptionGrain, Task> tell)
    {
        try
        {
            await tell(GrainFactory.For(tenant).Subscription());
            return true;
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            log.LogWarning("The subscription of {Tenant} was not reached: {Reason}", tenant, failure.Message);
            return false;
        }
    }

    private async Task WorkOff(BillingEvent reported, int attempts, DateTimeOffset since)
    {
        var done = false;
        try
        {
            done = await Heed(reported);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            log.LogWarning("Event {Id} waits: {Reason}", reported.Id, failure.Message);
        }

        if (!done && !await rows.Later(reported, attempts, since))
        {
            log.LogError("Event {Id} of Stripe, {Type} of {Subject}, was tried for a week and is passed over", reported.Id, reported.Type, reported.Subject);
            done = true;
        }

        if (done)
            await rows.Settle(reported);
    }

    private async Task<bool> Heed(BillingEvent reported)
    {
        if (desk.Stripe is not { } stripe || reported.Customer is not { } customer)
            return true;
        var tenant = await rows.Of(customer);
        if (tenant is null && reported.Subscription is { } id)
        {
            switch (await stripe.Subscription(id))
            {
                case StripeAnswer<StripeSubscription>.Later:
                    return false;
                // Agreed on here, and not with another installation that has the same account at Stripe.
                case StripeAnswer<StripeSubscription>.Given { Value: { Metadata: { } metadata } one } when metadata.GetValueOrDefault("site") == site.Domain && metadata.GetValueOrDefault("account") is { } account:
                    if (await GrainFactory.For(new(account)).Tenant().Profile() is not null)
                        tenant = new(account);
                    else if (SubscriptionFacts.Living([one]).Any())
                        await GrainFactory.Cancellation(id).Begin(id);
                    break;
            }
        }

        return tenant is not { } known || await Record(stripe, reported, known) && await GrainFactory.For(known).Subscription().Heed(reported);
    }

    private async Task<bool> Record(Stripe stripe, BillingEvent reported, TenantId tenant)
    {
        if (reported.Type != "invoice.paid")
            return true;
        var answer = await stripe.Invoice(reported.Subject);
        if (answer is StripeAnswer<StripeInvoice>.Given { Value: { Status: "paid" } paid } && paid.Customer == reported.Customer)
            await rows.Record(tenant, paid);
        return answer is not StripeAnswer<StripeInvoice>.Later;
    }
}
