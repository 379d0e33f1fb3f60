using System.Collections.Immutable;
using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Backsoon.Tenants;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Backsoon.Dispatch;

[GrainType("dispatch")]
public sealed class DispatchGrain(RequestRows rows, RequestErasure erasure, SubmitWriter writer, DispatchMails mails, Outbox outbox, TimeProvider clock, ILogger<DispatchGrain> log) : Grain, IDispatchGrain
{
    private const int MaxText = 2000;

    private TenantId _tenant;
    private Guid _id;

    // The rows as last read or written. Not read by Submit: most requests are submitted here and looked at long after.
    private Request? _request;

    private TenantScope Scope => GrainFactory.For(_tenant);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var (start, end) = ("dispatch/".Length, key.LastIndexOf('/'));
        _tenant = new TenantId(key[start..end]);
        _id = Guid.ParseExact(key.AsSpan(end + 1), "n");
        return Task.CompletedTask;
    }

    public Task<SubmitOutcome> Submit(Submission submission) => Submit(submission, isTest: false);

    public async Task<SubmitOutcome> Test(Guid? subject, Guid category, string text, AccountId by) => await Scope.Tenant().Profile() is { Settings.Owner: var owner }
        ? await Submit(new Submission(subject, category, await NameOf(by), owner.Phone ?? "", owner.Email, text, []), isTest: true)
        : new SubmitOutcome.Gone();

    public async Task<DispatchView?> Look() => await Current() is { } request ? RequestViews.ForOwner(request, await Scope.Deliveries().OfDispatch(_id)) : null;

    public async Task<VendorView?> LookAsVendor(Guid vendor) =>
        await Current() is { } request && await Scope.Tenant().Profile() is { } profile ? RequestViews.ForVendor(request, vendor, profile.Settings) : null;

    public async Task<CallerView?> LookAsCaller() =>
        await Current() is { IsForgotten: false } request && await Scope.Tenant().Profile() is { } profile ? RequestViews.ForCaller(request, profile.Settings, Now()) : null;

    public Task<AnswerOutcome> Answer(Guid vendor, VendorAnswer answer, string text) => Move(chain => chain.Answer(vendor, answer, StorableText.From(text, MaxText)), AnswerOutcome.Unknown);

    public async Task<bool> Reassign(Guid vendor, AccountId by)
    {
        var (chosen, name) = (await Scope.Directory().Vendor(vendor), await NameOf(by));
        return chosen is { Active: true } && await Move(chain => chain.Reassign(chosen, name), false, vendor);
    }

    public Task<bool> Close(string note, AccountId by) => MoveBy(by, (chain, name) => chain.Close(StorableText.From(note, MaxText), name));

    public Task<bool> Reopen(AccountId by) => MoveBy(by, (chain, name) => chain.Reopen(name));

    public Task<bool> UndoClose(AccountId by) => MoveBy(by, (chain, name) => chain.UndoClose(name));

    public Task<bool> Note(string text, AccountId by) => MoveBy(by, (chain, name) => chain.Note(StorableText.From(text, MaxText), name));

    public Task<bool> Remind(AccountId by) => MoveBy(by, (chain, name) => chain.Remind(name));

    public Task<bool> Bounced(Guid vendor) => Move(chain => chain.Bounce(vendor), false);

    public Task Advance()
    {
        // The clock's visits to many requests at once must not keep them all in memory.
        DeactivateOnIdle();
        return Move(chain => { chain.Advance(); return true; }, false);
    }

    public async Task<MessageOutcome> WriteAsCaller(Guid message, string text, ImmutableArray<Guid> photos) => await Current() is { IsForgotten: true } ? new MessageOutcome.Unknown() : await Say(new Message(message, DispatchEventKind.CallerWrote, null, null, text) { Photos = photos });

    public Task<MessageOutcome> WriteAsVendor(Guid vendor, Guid message, bool toBusiness, string text) => Say(new Message(message, toBusiness ? DispatchEventKind.VendorWroteToBusiness : DispatchEventKind.VendorWrote, null, vendor, text));

    public async Task<MessageOutcome> WriteAsOwner(Guid? vendor, Guid message, string text, AccountId by) => await Say(new Message(message, DispatchEventKind.OwnerWrote, await NameOf(by), vendor, text));

    public Task Attach(ImmutableArray<Guid> photos) => MoveWith(photos, chain => chain.Show(photos), 0);

    public async Task ForgetCaller(AccountId by)
    {
        _request = null;
        DeactivateOnIdle();
        await erasure.Caller(_tenant, _id);
        // Nameless by now: those who are told that it is over are told nothing about anybody.
        if (!await Close("", by))
            _ = Scope.Board().Changed();
    }

    public async Task ForgetVendor(Guid vendor)
    {
        DeactivateOnIdle();
        if (await rows.Read(_tenant, _id) is not { } request)
            return;
        _request = null;
        await erasure.Vendor(request, vendor, Now());
        await Answer(vendor, VendorAnswer.Decline, "");
    }

    private async Task<SubmitOutcome> Submit(Submission submission, bool isTest)
    {
        var form = submission with
        {
            Name = StorableText.From(submission.Name, Submission.MaxName),
            Phone = StorableText.From(submission.Phone, Submission.MaxPhone),
            Text = StorableText.From(submission.Text, Submission.MaxText),
        };
        var fingerprint = Fingerprint.Of(form, isTest);
        // Whatever this activation is for, it is for this one call: millions of requests must not stay in memory.
        DeactivateOnIdle();
        try
        {
            var plan = await Scope.Directory().Route(form.Subject, form.Category);
            return plan is null ? await NotRouted(fingerprint) : Outcome(fingerprint, (await Write(form, fingerprint, isTest, plan)).Fingerprint);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return new SubmitOutcome.Gone();
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or OrleansException)
        {
            log.Log(failure is PostgresException { IsTransient: false } ? LogLevel.Error : LogLevel.Warning, "A request was not saved: {Reason}", failure.Message);
            return new SubmitOutcome.Unavailable();
        }
    }

    private Task<MessageOutcome> Say(Message message) =>
        MoveWith<MessageOutcome>(message.Photos, chain => chain.Write(message with { Text = StorableText.From(message.Text, MessageOutcome.MaxText) }), new MessageOutcome.Unknown());

    // Photos are kept by others: what is in memory does not know of them.
    private Task<T> MoveWith<T>(ImmutableArray<Guid> photos, Func<Chain, T> decide, T nothing)
    {
        _request = photos.IsEmpty ? _request : null;
        return Move(decide, nothing);
    }

    private async Task<WrittenRequest> Write(Submission form, byte[] fingerprint, bool isTest, RoutePlan plan)
    {
        var now = Now();
        var chain = new Chain(Request.Of(plan, _id, form, fingerprint, now) with { IsTest = isTest }, Duties.Of(plan), now);
        chain.Begin();
        return await writer.Write(new NewRequest(chain.Request, form.Source, await mails.Of(chain, plan.Profile, now)));
    }

    // A form sent again after its category was switched off is still the same request.
    private async Task<SubmitOutcome> NotRouted(byte[] fingerprint) =>
        await Current() is { } request ? Outcome(fingerprint, request.Fingerprint)
        : await Scope.Tenant().Profile() is not { } profile ? new SubmitOutcome.Gone()
        : profile.Standing == Standing.Open ? new SubmitOutcome.NotOffered()
        : new SubmitOutcome.Closed();

    private SubmitOutcome Outcome(byte[] sent, byte[]? kept) =>
        kept is null ? new SubmitOutcome.Gone()
        : kept.AsSpan().SequenceEqual(sent) ? new SubmitOutcome.Accepted(RequestReference.Of(_id))
        : new SubmitOutcome.Different(RequestReference.Of(_id));

    private async Task<bool> MoveBy(AccountId by, Func<Chain, string, bool> decide)
    {
        var name = await NameOf(by);
        return await Move(chain => decide(chain, name), false);
    }

    // Another activation may have moved the rows (a cluster that heals has two for a moment): then it is decided again on what they say now.
    private async Task<T> Move<T>(Func<Chain, T> decide, T nothing, params IEnumerable<Guid> others)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await Current() is not { } request || await Scope.Directory().Roster([.. request.Plan.SelectMany(step => step.Vendors).Select(vendor => vendor.Id).Concat(others).Distinct()]) is not { } roster)
                return nothing;

            var now = Now();
            var chain = new Chain(request, Duties.Of(roster), now);
            var outcome = decide(chain);
            if (!chain.IsMoved)
                return outcome;

            var letters = await mails.Of(chain, roster.Profile, now);
            // Forgotten until the commit is answered: after a failure only the rows say what happened.
            _request = null;
            if (await rows.Write(chain, letters))
            {
                _request = chain.Request with { Version = request.Version + 1 };
                Tell(letters);
                return outcome;
            }

            if (attempt == 2)
                throw new OrleansException($"Request {_id} is moved on by somebody else all the time.");
        }
    }

    private void Tell(ImmutableArray<OutgoingMail> letters)
    {
        _ = Scope.Board().Changed();
        if (!letters.IsEmpty)
            outbox.Poke();
        Shards.Expect(GrainFactory, Shards.Of(_id), _request?.NextAt, clock);
    }

    private async Task<Request?> Current() => _request ??= await rows.Read(_tenant, _id);

    private async Task<string> NameOf(AccountId account) => (await GrainFactory.GetGrain<IAccountGrain>($"account/{account}").Look())?.Name ?? "Owner";

    // The ledger counts microseconds: what is compared later has to be what was written.
    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
