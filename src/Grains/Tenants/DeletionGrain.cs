using System.Collections.Immutable;
using System.Security.Cryptography;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Promises;
using Backsoon.Storage;
using Microsoft.Extensions.Logging;

namespace Backsoon.Tenants;

[GrainType("deletion")]
public sealed class DeletionGrain(
    [PersistentState("deletion")] IPersistentState<DeletionState> stored, DeletionRows rows, DeletionSteps steps, Outbox outbox, Keys keys, Policies policies, Site site, TimeProvider clock, ILogger<DeletionGrain> log)
    : StoredGrain<DeletionState>(stored), IDeletionGrain, IRemindable
{
    /// <summary>So long before the promise is broken the operator is alarmed, every day.</summary>
    public static readonly TimeSpan Alarm = TimeSpan.FromDays(2);

    private const string Reminder = "run";

    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly ImmutableArray<DeletionStep> s_steps = [.. Enum.GetValues<DeletionStep>()];

    private IGrainTimer? _timer;

    private TenantId Id => new(this.GetPrimaryKeyString()["deletion/".Length..]);

    private TenantScope Scope => GrainFactory.For(Id);

    public async Task<bool> Ask(AccountId by)
    {
        if (State.ConfirmedAt is not null)
            return false;
        if (await Scope.Tenant().Profile() is not { } profile || await Account(by).Look() is not { } account || !profile.Members.Contains(by))
            return await LeavingNothing(false);

        var (policy, now) = (await policies.Current(), clock.GetUtcNow());
        await this.RegisterOrUpdateReminder(Reminder, IDeletionGrain.LinkLife, s_retry);
        (State.Id, State.AskedAt, State.ZoneId) = (RandomId(), now, profile.Settings.ZoneId);
        await Write();
        var link = site.App($"/delete/{(await keys.Current()).Tokens.Sign(TokenPurpose.ConfirmDeletion, now + IDeletionGrain.LinkLife, Id.Value, State.Id.ToString("n"))}");
        var email = new DeletionEmail(profile.Settings.BusinessName, link, Period.Say(IDeletionGrain.LinkLife), Period.Say(policy.DeletionUndo), Period.Say(policy.Deletion));
        await outbox.Post(new OutgoingMail(MailId("ask", by.Value), MailPriority.SignIn, account.Email, "You", email) { Account = by, UselessAfter = now + IDeletionGrain.LinkLife });
        return true;
    }

    public Task<DeletionView?> Current() => LeavingNothing(State is { ConfirmedAt: not null, IsUndone: false } ? View() : null);

    public async Task<DeletionView?> Look(Guid id) =>
        State.Id == id && !State.IsUndone && (State.ConfirmedAt is not null || clock.GetUtcNow() - State.AskedAt < IDeletionGrain.LinkLife) ? View() : await LeavingNothing(await rows.Read(id));

    public async Task<DeletionView?> Confirm(Guid id)
    {
        if (await Look(id) is not { Stage: DeletionStage.Asked })
            return await Look(id);
        await Start((await policies.Current()).DeletionUndo);
        await Run();
        return await Look(id);
    }

    public async Task<bool> Undo(Guid id)
    {
        if (State.Id != id || State.ConfirmedAt is null || State.IsUndone || clock.GetUtcNow() >= State.UndoUntil)
            return await LeavingNothing(false);
        State.IsUndone = true;
        await Write();
        await Run();
        return true;
    }

    public async Task Begin()
    {
        if (State.ConfirmedAt is not null)
            return;
        var now = clock.GetUtcNow();
        (State.Id, State.AskedAt, State.ZoneId) = (RandomId(), now, (await Scope.Tenant().Profile())?.Settings.ZoneId);
        await Start(TimeSpan.Zero);
        // Whoever begins it may be one of those it forgets: they are not kept waiting.
        _timer ??= this.RegisterGrainTimer(_ => Run(), new() { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
    }

    public async Task Forget()
    {
        if (Exists)
            await Clear();
        await this.Unremind(Reminder);
        DeactivateOnIdle();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Run();

    private async Task Start(TimeSpan undo)
    {
        var (profile, now) = (await Scope.Tenant().Profile(), clock.GetUtcNow());
        await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
        State.To = [];
        foreach (var member in profile?.Members ?? [])
        {
            if (await Account(member).Look() is { } account)
                State.To.Add(new DeletionReader(member, account.Email));
        }

        (State.Business, State.ConfirmedAt, State.UndoUntil, State.Deadline) = (profile?.Settings.BusinessName ?? "", now, now + undo, State.AskedAt + (await policies.Current()).Deletion);
        await Write();
    }

    // Whatever was cut off or failed is found by the reminder, and every step may be done again.
    private async Task Run()
    {
        if (State.ConfirmedAt is null || State.IsUndone)
        {
            if (State.IsUndone)
            {
                await rows.Remove(State.Id);
                await Scope.Tenant().Close(await Scope.Leaving().Look() is { HasClosed: true });
            }
            else if (clock.GetUtcNow() - State.AskedAt < IDeletionGrain.LinkLife)
            {
                return;
            }

            await Forget();
            return;
        }

        await rows.Put(Id, State);
        if (!State.HasTold)
        {
            if (State.UndoUntil > State.ConfirmedAt)
                await Tell("begun", link => new DeletionBegunEmail(State.Business, State.UndoUntil, State.Deadline, State.ZoneId ?? "Etc/UTC", link), reader => reader.Account);
            State.HasTold = true;
            await Write();
        }

        foreach (var step in s_steps.Where(step => !State.Done.ContainsKey(step)))
        {
            if (step > DeletionStep.Mails && clock.GetUtcNow() < State.UndoUntil || step == DeletionStep.Rows && State.Done.Count < s_steps.Length - 1)
                break;
            if (await Do(step))
            {
                State.Done[step] = clock.GetUtcNow();
                await Write();
                await rows.Put(Id, State);
            }
        }

        if (State.Done.Count == s_steps.Length)
            await Finish();
        else
            await Wait();
    }

    // One that fails must not keep the others waiting: all of them are promised, and each is repeated.
    private async Task<bool> Do(DeletionStep step)
    {
        try
        {
            return await steps.Do(Scope, step, [.. State.To.Select(reader => reader.Account)]);
        }
        catch (Exception failure)
        {
            log.LogWarning("Step {Step} of deletion {Id} failed and is repeated: {Reason}", step, State.Id, failure.Message);
            return false;
        }
    }

    private async Task Finish()
    {
        await rows.Finish(State.Id, clock.GetUtcNow());
        // By a name that is nobody's: the account is gone.
        await Tell("done", link => new DeletionDoneEmail(link), _ => new AccountId($"deletion_{State.Id:n}"));
        await Forget();
    }

    private async Task Wait()
    {
        var now = clock.GetUtcNow();
        if (now >= State.Deadline - Alarm && !(now - State.AlarmedAt < s_day))
        {
            log.LogCritical("Deletion {Id} is promised to be done by {Deadline:u} and is not: {Missing} are left", State.Id, State.Deadline, string.Join(", ", s_steps.Where(step => !State.Done.ContainsKey(step))));
            State.AlarmedAt = now;
            await Write();
            await rows.Put(Id, State);
        }

        await this.RegisterOrUpdateReminder(Reminder, State.UndoUntil - now > s_retry ? State.UndoUntil - now : s_retry, s_retry);
    }

    private async Task Tell(string what, Func<string, Email> email, Func<DeletionReader, AccountId> account)
    {
        var ring = await keys.Current();
        var link = site.App($"/deletion/{ring.Tokens.Sign(TokenPurpose.Deletion, clock.GetUtcNow() + TokenKeys.LongestLife, Id.Value, State.Id.ToString("n"))}");
        if (State.To.Count > 0)
            await outbox.Post([.. State.To.Select(reader => new OutgoingMail(MailId(what, reader.Account.Value), MailPriority.Urgent, reader.Email, "You", email(link)) { Account = account(reader) })]);
    }

    private Guid MailId(string what, string reader) => OutgoingMail.IdOf($"{State.Id:n}/{what}/{reader}");

    private DeletionView View() => new(
        State.Id, State.ConfirmedAt is null ? DeletionStage.Asked : clock.GetUtcNow() < State.UndoUntil ? DeletionStage.Waiting : DeletionStage.Running, State.AskedAt, State.UndoUntil, State.Deadline, null,
        [.. s_steps.Where(State.Done.ContainsKey)], State.ZoneId);

    // Found by whoever has the link, and not by counting.
    private static Guid RandomId() => new(RandomNumberGenerator.GetBytes(16));

    private IAccountGrain Account(AccountId account) => GrainFactory.GetGrain<IAccountGrain>($"account/{account}");
}
