using Backsoon.Promises;
using Backsoon.Storage;
using Backsoon.Tenants;

namespace Backsoon.Billing;

[GrainType("subscription")]
public sealed class SubscriptionGrain(
    [PersistentState("subscription")] IPersistentState<SubscriptionState> stored, BillingDesk desk, BillingRows rows, BillingMails mails, Policies policies, TimeProvider clock)
    : StoredGrain<SubscriptionState>(stored), ISubscriptionGrain, IRemindable
{
    private const string Tending = "tend";
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // What was committed last: it is looked at in the middle of a change, too.
    private SubscriptionFacts? _facts;
    private (bool Pause, DateTimeOffset? GoesAt)? _told;
    private IGrainTimer? _soon;
    private IGrainTimer? _telling;

    private TenantId Id => new(this.GetPrimaryKeyString()["subscription/".Length..]);

    private ITenantGrain Tenant => GrainFactory.For(Id).Tenant();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _facts = State.Facts;
        return Task.CompletedTask;
    }

    // Only members ask, and often: it stays in memory though there be nothing to it.
    public async Task<SubscriptionView> Look()
    {
        if (desk.Stripe is not { } stripe)
            return SubscriptionView.Unbilled;
        var facts = _facts ?? (await Tenant.Profile() is { } profile ? SubscriptionFacts.First(profile.FoundedAt, (await policies.Current()).Trial, clock.GetUtcNow()) : null);
        return facts?.View(stripe.Settings, clock.GetUtcNow()) ?? SubscriptionView.Unbilled;
    }

    public Task<PaymentPage> Payments(PaymentCursor? before) => rows.Payments(Id, before);

    public async Task Begin()
    {
        if (desk.Stripe is null || await Tenant.Profile() is not { } profile)
            return;
        if (!Exists)
        {
            await Remind(s_minute);
            State.Facts = SubscriptionFacts.First(profile.FoundedAt, (await policies.Current()).Trial, clock.GetUtcNow());
            await Keep();
        }

        await rows.Begin(Id);
    }

    public async Task<BillingDoor> Choose(string plan)
    {
        await Begin();
        if (desk.Stripe is not { } stripe || stripe.Settings.Plan(plan) is not { } chosen || _facts is null)
            return await LeavingNothing<BillingDoor>(new BillingDoor.None());
        if (_facts.IsLive)
            return new BillingDoor.Needless();

        if (_facts.Customer is null)
        {
            if (await stripe.CreateCustomer(Id, $"{Id}/{State.Turn}") is not StripeAnswer<string>.Given { Value: var made })
                return new BillingDoor.Shut();
            State.Facts = _facts with { Customer = made };
            await Keep();
        }

        // Before anything is reported of the customer.
        await rows.Know(Id, _facts.Customer!);
        return await desk.Checkout(Id, _facts, chosen, State.Turn, clock.GetUtcNow());
    }

    public async Task<BillingDoor> Portal() => desk.Stripe is null || _facts?.Customer is not { } customer
        ? await LeavingNothing<BillingDoor>(new BillingDoor.None())
        : await desk.Portal(Id, customer, clock.GetUtcNow());

    public async Task<bool> Refresh()
    {
        if (desk.Stripe is null || _facts?.Customer is not { } customer)
            return await LeavingNothing(true);
        if (await desk.AllOf(customer) is not { } all)
            return false;
        await Change(_facts.With(all, clock.GetUtcNow()));
        return true;
    }

    public async Task<DateTimeOffset?> CancelAtPeriodEnd()
    {
        await Begin();
        if (desk.Stripe is null || _facts is not { } facts)
            return await LeavingNothing<DateTimeOffset?>(null);
        var until = facts.LastsUntil(clock.GetUtcNow());
        if (!facts.IsLeaving)
            await Change(facts with { IsLeaving = true }, until is null ? BillingWish.EndNow : BillingWish.EndAtPeriodEnd);
        return until;
    }

    public Task KeepOn() => _facts is { IsLeaving: true } facts ? Change(facts with { IsLeaving = false }, BillingWish.GoOn) : Task.CompletedTask;

    public async Task End()
    {
        if (_facts is { IsLive: true, Subscription: { } subscription })
            await GrainFactory.Cancellation(subscription).Begin(subscription);
        if (Exists)
            await Clear();
        _facts = null;
        await this.Unremind(Tending);
        DeactivateOnIdle();
    }

    public Task Settle() => Tend();

    public async Task<bool> Heed(BillingEvent reported)
    {
        await Begin();
        if (_facts is not { } facts)
            return await LeavingNothing(true);
        if (reported.Type == "customer.deleted")
        {
            if (reported.Subject == facts.Customer)
                await Change(facts.WithoutCustomer(clock.GetUtcNow()));
            return true;
        }

        // After a restore from a backup, what was agreed on since is only at Stripe.
        if (facts.Customer is null)
            await Change(facts with { Customer = reported.Customer });
        return _facts.Customer != reported.Customer || await Refresh();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Tend();

    // The reminder first; then one write, and what follows from it soon.
    private async Task Change(SubscriptionFacts facts, BillingWish? wish = null)
    {
        if (facts == _facts && wish is null)
            return;
        await Remind(s_minute);
        State.Turns(facts, wish, clock.GetUtcNow());
        await Keep();
        _soon?.Dispose();
        _soon = this.RegisterGrainTimer(_ => Tend(), Once(interleave: false));
    }

    /// <summary>Does what is due by now, and what was cut off: each part of it may be done twice.</summary>
    private async Task Tend()
    {
        // Without a profile the business is going, and End comes.
        if (_facts is null || await Tenant.Profile() is not { } profile)
        {
            await (_facts is null ? this.Unremind(Tending) : Task.CompletedTask);
            return;
        }

        if (desk.Stripe is { } stripe)
        {
            if (State.Wish is { } wish && (_facts.Subscription is not { } subscription || await desk.Tell(wish, subscription, Id, State.Turn)))
            {
                State.Wish = null;
                await Keep();
                await Refresh();
            }
            else if (_facts.IsLive && (_facts.PeriodEnd < clock.GetUtcNow() || _facts.BehindSince is not null))
            {
                // What Stripe reported may have been lost.
                await Refresh();
            }

            // Whatever woke this up has a reminder behind it.
            if (State.Lapse(clock.GetUtcNow(), (await policies.Current()).AfterCancellation) | State.TakeDue(clock.GetUtcNow()))
                await Keep();
            if (State.Letters.Count > 0)
            {
                await mails.Post(profile, stripe.Settings, State.Letters);
                State.Letters = [];
                await Keep();
            }
        }
        else if (State.Lapse(clock.GetUtcNow(), null))
        {
            await Keep();
        }

        var now = clock.GetUtcNow();
        var news = (desk.Stripe is not null && _facts.IsPausedAt(now), _facts.GoesAt);
        if (_told != news)
            Tell(news);
        await Remind(_told != news || State.Wish is not null ? s_minute : _facts.NextAfter(now) - now is { } wait && wait < s_day ? wait : s_day);
    }

    // Not in a turn of this grain: the tenant, or whoever leaves, may be waiting for it meanwhile.
    private void Tell((bool Pause, DateTimeOffset? GoesAt) news)
    {
        _telling?.Dispose();
        _telling = this.RegisterGrainTimer(
            async _ =>
            {
                await Tenant.Pause(news.Pause);
                await GrainFactory.For(Id).Leaving().Heed();
                _told = news;
            },
            Once(interleave: true));
    }

    private static GrainTimerCreationOptions Once(bool interleave) => new(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = interleave, KeepAlive = true };

    private async Task Keep()
    {
        await Write();
        _facts = State.Facts;
    }

    private Task<IGrainReminder> Remind(TimeSpan due) => this.RegisterOrUpdateReminder(Tending, due, s_minute);
}
