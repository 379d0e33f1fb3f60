using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;

namespace Backsoon.Tenants;

[GrainType("leaving")]
public sealed class LeavingGrain([PersistentState("leaving")] IPersistentState<LeavingState> stored, Outbox outbox, Policies policies, Site site, TimeProvider clock)
    : StoredGrain<LeavingState>(stored), ILeavingGrain, IRemindable
{
    private const string Reminder = "proceed";

    // Reminders are no more punctual than a minute; what failed is tried again this often.
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(10);

    // How long before everything goes they are told once more.
    private static readonly (TimeSpan Before, LeavingLetter Letter)[] s_warnings = [(TimeSpan.FromDays(7), LeavingLetter.Week), (TimeSpan.FromDays(1), LeavingLetter.Day)];

    private TenantId Id => new(this.GetPrimaryKeyString()["leaving/".Length..]);

    private TenantScope Scope => GrainFactory.For(Id);

    public Task<LeavingView?> Look() => LeavingNothing(State.ClosesAt is { } closes && !State.IsReturning ? new LeavingView(closes, State.SlugUntil, State.GoesAt, State.HasClosed, !State.GaveUpSlug, State.HasLapsed) : null);

    public async Task<LeavingView> Foresee()
    {
        var (policy, closes) = (await policies.Current(), clock.GetUtcNow());
        return await LeavingNothing(new LeavingView(closes, closes + policy.SlugHold, closes + policy.AfterCancellation, HasClosed: false, HasSlug: true));
    }

    public async Task<LeavingView?> Cancel()
    {
        if (await Scope.Tenant().Profile() is null)
            return await LeavingNothing<LeavingView?>(null);
        if (State.ClosesAt is null || State.IsReturning || State.HasLapsed)
        {
            var (policy, now) = (await policies.Current(), clock.GetUtcNow());
            await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
            var closes = await Scope.Subscription().CancelAtPeriodEnd() is { } ends && ends > now ? ends : now;
            (State.ClosesAt, State.SlugUntil, State.GoesAt) = (closes, closes + policy.SlugHold, closes + policy.AfterCancellation);
            (State.Seed, State.IsReturning, State.HasClosed, State.GaveUpSlug, State.Told) = (Guid.CreateVersion7(now), false, false, false, []);
            State.HasLapsed = false;
            await Write();
        }

        await Proceed();
        return await Look();
    }

    public async Task<ComeBackOutcome> ComeBack(Slug? slug)
    {
        if (await Scope.Tenant().Profile() is not { } profile)
            return await LeavingNothing(ComeBackOutcome.Gone);
        if (await Scope.Deletion().Current() is not null)
            return ComeBackOutcome.Deleting;
        if (State.ClosesAt is null)
            return await LeavingNothing(ComeBackOutcome.Back);
        if (State.HasLapsed)
            return ComeBackOutcome.NeedsPlan;
        if (State.GaveUpSlug && await GrainFactory.Slug(profile.Slug).Resolve() != Id)
        {
            if (slug is null)
                return ComeBackOutcome.NeedsSlug;
            if (!await GrainFactory.Slug(slug).Reserve(Id) || !await Scope.Tenant().TakeSlug(slug))
                return ComeBackOutcome.SlugTaken;
        }

        await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
        State.IsReturning = true;
        await Write();
        await Proceed();
        return ComeBackOutcome.Back;
    }

    public async Task Heed()
    {
        if (State.IsReturning)
            await Proceed();
        var goes = (await Scope.Subscription().Look()).GoesAt;
        if (goes is null ? State.HasLapsed : State.HasLapsed ? State.GoesAt != goes : State.ClosesAt is null)
            await Lapse(goes);
        else
            await LeavingNothing(true);
    }

    public async Task Forget()
    {
        if (Exists)
            await Clear();
        await this.Unremind(Reminder);
        DeactivateOnIdle();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Proceed();

    // Every step may be done again; whatever is due by now and was not done is.
    private async Task Proceed()
    {
        if (State.ClosesAt is not { } closes || await Scope.Tenant().Profile() is not { } profile)
        {
            await Forget();
            return;
        }

        if (State.IsReturning)
        {
            await Scope.Subscription().KeepOn();
            await Scope.Tenant().Close(false);
            await Forget();
            return;
        }

        var now = clock.GetUtcNow();
        if (State.HasLapsed && !await IsStillLapsed(now))
            return;
        await Tell(profile, LeavingLetter.Left);
        if (closes <= now && !State.HasClosed && !State.HasLapsed)
        {
            await Scope.Tenant().Close(true);
            State.HasClosed = true;
            await Write();
        }

        if (State.SlugUntil <= now && !State.GaveUpSlug && !State.HasLapsed)
        {
            await Scope.Tenant().GiveUpSlug(State.SlugUntil);
            State.GaveUpSlug = true;
            await Write();
        }

        foreach (var (before, letter) in s_warnings)
        {
            // Of two that a long night made due at once, the later one says it all.
            if (State.GoesAt - before <= now && now < State.GoesAt && !s_warnings.Any(other => other.Before < before && State.GoesAt - other.Before <= now))
                await Tell(profile, letter);
        }

        if (State.GoesAt <= now)
            await Scope.Deletion().Begin();
        await this.RegisterOrUpdateReminder(Reminder, Next(now) is { } next && next - now > s_retry ? next - now : s_retry, s_retry);
    }

    // The page is paused for it already, and the mail about the trial or the plan has said when everything goes. The name stays theirs, because paying has to bring back everything.
    private async Task Lapse(DateTimeOffset? goes)
    {
        if (goes is not { } at || await Scope.Tenant().Profile() is null)
        {
            await Forget();
            return;
        }

        await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
        var now = clock.GetUtcNow();
        (State.ClosesAt, State.SlugUntil, State.GoesAt, State.HasLapsed) = (now, at, at, true);
        (State.Seed, State.IsReturning, State.HasClosed, State.GaveUpSlug, State.Told) = (Guid.CreateVersion7(now), false, false, false, [LeavingLetter.Left]);
        await Write();
        await Proceed();
    }

    // Whoever pays is not deleted, though nobody reported it: before it comes to that, Stripe is asked.
    private async Task<bool> IsStillLapsed(DateTimeOffset now)
    {
        var (answers, subscription) = (true, Scope.Subscription());
        if (State.GoesAt <= now)
            answers = await subscription.Refresh();
        if ((await subscription.Look()).GoesAt != State.GoesAt)
            await Heed();
        else if (!answers)
            await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
        else
            return true;
        return false;
    }

    private DateTimeOffset? Next(DateTimeOffset now) =>
        new[] { State.ClosesAt!.Value, State.SlugUntil, State.GoesAt }.Concat(s_warnings.Select(warning => State.GoesAt - warning.Before)).Where(at => at > now).Order().Select(at => (DateTimeOffset?)at).FirstOrDefault();

    private async Task Tell(TenantProfile profile, LeavingLetter letter)
    {
        if (State.Told.Contains(letter))
            return;
        foreach (var member in profile.Members)
        {
            if (await GrainFactory.GetGrain<IAccountGrain>($"account/{member}").Look() is not { } account)
                continue;
            var email = new LeavingEmail(letter, profile.Settings.BusinessName, site.Desk(profile.Slug), State.ClosesAt!.Value, State.SlugUntil, State.GoesAt, profile.Settings.ZoneId, site.App(State.HasLapsed ? "/billing" : "/leave"), State.HasLapsed);
            await outbox.Post(new OutgoingMail(MailId(letter, member), MailPriority.Normal, account.Email, "You", email) { Account = member });
        }

        State.Told = [.. State.Told, letter];
        await Write();
    }

    private Guid MailId(LeavingLetter letter, AccountId member) => OutgoingMail.IdOf($"{State.Seed:n}/{letter}/{member}");
}
