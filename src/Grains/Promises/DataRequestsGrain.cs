using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;

namespace Backsoon.Promises;

[GrainType("data-requests")]
public sealed class DataRequestsGrain(
    DataRequestRows rows, PersonalRows personal, PersonalCopy copies, PersonRemoval removal, DataMails mails, Outbox outbox, Policies policies, TimeProvider clock, ILogger<DataRequestsGrain> log) : Grain, IDataRequestsGrain, IRemindable
{
    private const string Reminder = "next";
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(10);

    // For every page of the dashboard. What was read while something changed is not kept.
    private DataStanding? _standing;
    private int _changes;

    private TenantId Id => new(this.GetPrimaryKeyString()["data-requests/".Length..]);

    private TenantScope Scope => GrainFactory.For(Id);

    public async Task Link(EmailAddress address)
    {
        if (await Scope.Tenant().Profile() is { } profile)
            await outbox.Post(await mails.Link(profile, address));
    }

    public async Task<PersonView?> Look(DataSubject person) => await Scope.Tenant().Profile() is null ? null : new PersonView(await personal.Of(Id, person), await rows.Of(Id, person));

    public async Task<bool> Ask(DataSubject person, DataWish wish)
    {
        if (await Scope.Tenant().Profile() is not { } profile || (await personal.Of(Id, person)).IsEmpty)
            return false;

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var request = new DataRequest(id, $"D-{RequestReference.Of(id)}", wish, person, now, now + (await policies.Current()).RightsAnswer, null, null, null, null, null);
        // Before the row: whatever a crash cuts off is found by it.
        await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
        if (await rows.Add(Id, request, mails.Asked(profile, request)))
            outbox.Poke();
        await Changed();
        return true;
    }

    public async Task<bool> Withdraw(DataSubject person, Guid id) =>
        (await rows.Of(Id, person)).Any(request => request.Id == id && request.IsOpen) && await Answer(id, DataOutcome.Withdrawn, null, null, []);

    public async Task<DataStanding> Standing()
    {
        if (_standing is { } known)
            return known;
        var changes = _changes;
        var standing = await rows.Standing(Id);
        if (changes == _changes)
            _standing = standing;
        return standing;
    }

    public Task<ImmutableArray<DataRequest>> List() => rows.All(Id);

    public async Task<DataRequestView?> Open(Guid id) => await rows.Read(Id, id) is { } request ? new DataRequestView(request, request.Who is { } who ? await personal.Of(Id, who) : null) : null;

    public async Task<bool> Send(Guid id)
    {
        if (await Find(id, DataWish.Everything) is not ({ } profile, { } request))
            return false;
        var until = clock.GetUtcNow() + (await policies.Current()).ExportLink;
        return await Answer(id, DataOutcome.Sent, null, until, await mails.Answered(profile, request, DataOutcome.Sent, null, until));
    }

    public async Task<bool> Remove(Guid id, AccountId by)
    {
        if (await Find(id, DataWish.Removal) is not ({ }, { RunsAt: null } request))
            return false;
        var (now, last) = (clock.GetUtcNow(), request.DueAt - TimeSpan.FromHours(1));
        // Taking back must not cost the promise.
        var runsAt = now + IDataRequestsGrain.Undo < last ? now + IDataRequestsGrain.Undo : last > now ? last : now;
        await this.RegisterOrUpdateReminder(Reminder, s_retry, s_retry);
        var decided = await rows.Decide(Id, id, by, runsAt);
        await Changed();
        return decided;
    }

    public async Task<bool> Keep(Guid id)
    {
        var kept = await rows.Undecide(Id, id);
        await Changed();
        return kept;
    }

    public async Task<bool> Decline(Guid id, string reason)
    {
        if (await Find(id, null) is not ({ } profile, { } request))
            return false;
        var said = StorableText.From(reason, IDataRequestsGrain.MaxReason);
        return await Answer(id, DataOutcome.Declined, said, null, await mails.Answered(profile, request, DataOutcome.Declined, said, null));
    }

    public async Task<DataCopy?> Copy(Guid id) =>
        await rows.Read(Id, id) is { Outcome: DataOutcome.Sent, Who: { } who, SentUntil: { } until } && clock.GetUtcNow() < until && await Scope.Tenant().Profile() is { } profile ? await copies.Of(profile, who) : null;

    public async Task Forget()
    {
        await this.Unremind(Reminder);
        DeactivateOnIdle();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (await Scope.Tenant().Profile() is not { } profile)
        {
            await Forget();
            return;
        }

        var isLeft = false;
        foreach (var (request, by) in await rows.ToRun(Id))
            isLeft |= !await Run(profile, request, by);
        foreach (var request in await rows.ToRemind(Id, IDataRequestsGrain.Warning))
        {
            // Told first and noted then: a mail of the same id is one mail.
            await outbox.Post(mails.Due(profile, request));
            await rows.Reminded(Id, request.Id);
        }

        await Changed(isLeft ? s_retry : TimeSpan.Zero);
    }

    // One that fails must not keep the others waiting, and is done again.
    private async Task<bool> Run(TenantProfile profile, DataRequest request, AccountId by)
    {
        try
        {
            var answer = await mails.Answered(profile, request, DataOutcome.Removed, null, null);
            await removal.Run(Scope, request.Who!, by);
            await rows.Remove(Id, request.Who!, clock.GetUtcNow(), answer);
            outbox.Poke();
            return true;
        }
        catch (Exception failure)
        {
            log.LogWarning("Removal {Request} failed and is repeated: {Reason}", request.Id, failure.Message);
            return false;
        }
    }

    private async Task<bool> Answer(Guid id, DataOutcome outcome, string? reason, DateTimeOffset? until, IReadOnlyList<OutgoingMail> letters)
    {
        var answered = await rows.Answer(Id, id, outcome, reason, until, letters);
        if (answered && letters.Count > 0)
            outbox.Poke();
        await Changed();
        return answered;
    }

    private async Task<(TenantProfile? Profile, DataRequest? Request)> Find(Guid id, DataWish? wish) =>
        await rows.Read(Id, id) is { IsOpen: true, Who: not null } request && (wish is null || request.Wish == wish) && await Scope.Tenant().Profile() is { } profile ? (profile, request) : (null, null);

    private async Task Changed(TimeSpan atLeast = default)
    {
        (_standing, _changes) = (null, _changes + 1);
        if (await rows.Next(Id, IDataRequestsGrain.Warning) is not { } next)
        {
            await this.Unremind(Reminder);
        }
        else
        {
            var wait = next - clock.GetUtcNow();
            await this.RegisterOrUpdateReminder(Reminder, wait > atLeast ? wait : atLeast, s_retry);
        }
    }
}
