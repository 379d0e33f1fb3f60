using System.Text.Json;
using Backsoon.Dispatch;
using Backsoon.Storage;
using Microsoft.Extensions.Logging;

namespace Backsoon.Mail;

[GrainType("mail")]
public sealed class MailGrain(MailQueue queue, MailGate gate, MailTransport transport, EmailRenderer renderer, RootKey rootKey, MailReadiness readiness, TimeProvider clock, ILogger<MailGrain> log) : Grain, IMailGrain, IRemindable
{
    private const string Wake = "wake";
    // So many are claimed at once that the order among them is fair, also where a call carries only one.
    private const int LeastClaimed = 16;

    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_unready = TimeSpan.FromMinutes(1);

    private readonly Queue<ClaimedMail> _claimed = new();
    private Guid _claim;
    private bool _isFull;
    private bool _askedAgain;
    private (Guid Batch, List<MailOutcome> Outcomes)? _unrecorded;
    private DateTimeOffset? _seen;
    // A timestamp, so that a clock that is set back makes no pause longer.
    private long _pausedUntil;
    private int _failures;
    private IGrainTimer? _timer;
    private bool _asleep = true;
    private bool _poked;
    private Task _sending = Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Interleaved, because a call to a slow provider must not hold off reminders and starts.
        _timer = this.RegisterGrainTimer(cancellation => _sending = Tick(cancellation), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, s_tick) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _claimed.Count == 0 ? Task.CompletedTask : queue.Release(_claim);

    public async Task Start()
    {
        await this.RegisterOrUpdateReminder(Wake, s_period, s_period);
        await Poke();
    }

    public Task Poke()
    {
        _poked = true;
        if (_asleep)
            TickIn(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    // Whatever became of it: a failure is the timer's to see.
    public Task Drain() => Task.WhenAny(_sending);

    public Task ReceiveReminder(string reminderName, TickStatus status) => Poke();

    private void TickIn(TimeSpan wait)
    {
        _asleep = false;
        _timer!.Change(wait, s_tick);
    }

    // If this throws, the database is away, and the timer ticks again in a second.
    private async Task Tick(CancellationToken cancellation)
    {
        _poked = false;
        await HeedTheClock();
        if (Pause > TimeSpan.Zero)
            TickIn(Pause);
        else if (!await readiness.IsReady())
            TickIn(s_unready);
        else
        {
            var called = await SendNext(cancellation);
            if (called)
                PauseFor(transport.Pace);
            // Most often that was all, and to claim once more would be in vain.
            var isMore = called && (_isFull || _askedAgain || _claimed.Count > 0);
            var due = isMore ? null : await queue.NextDue();
            if (isMore || _poked || called && due <= clock.GetUtcNow())
                TickIn(Pause);
            else
                Sleep(due);
        }
    }

    private void Sleep(DateTimeOffset? due)
    {
        var wait = due is null ? Timeout.InfiniteTimeSpan : Later(due.Value, clock.GetUtcNow() + s_tick) - clock.GetUtcNow();
        TickIn(wait);
        _asleep = true;
    }

    /// <summary>Makes one call to the transport. False when nothing is due.</summary>
    private async Task<bool> SendNext(CancellationToken cancellation)
    {
        if (_unrecorded is { } left)
            await Record(left.Batch, left.Outcomes);
        if (_claimed.Count == 0)
        {
            await queue.Settle(transport.KeyLife * 0.95);
            // Turn about, so that a provider that keeps failing for some does not keep the rest waiting.
            if (!_askedAgain && await queue.ClaimAgain(transport.Lease) is { } again)
            {
                _askedAgain = true;
                await Send(again.Batch, again.Batch, again.Mails, cancellation);
                return true;
            }

            var wasAskedAgain = _askedAgain;
            _askedAgain = false;
            _claim = Guid.CreateVersion7(clock.GetUtcNow());
            var most = Math.Max(transport.BatchSize, LeastClaimed);
            foreach (var mail in await queue.ClaimFresh(_claim, most, transport.Lease))
                _claimed.Enqueue(mail);
            _isFull = _claimed.Count == most;
            if (_claimed.Count == 0)
                return wasAskedAgain;
        }

        var mails = new List<ClaimedMail>(transport.BatchSize);
        while (mails.Count < transport.BatchSize && _claimed.TryDequeue(out var mail))
            mails.Add(mail);
        await Send(_claim, Guid.CreateVersion7(clock.GetUtcNow()), mails, cancellation);
        return true;
    }

    private async Task Send(Guid claim, Guid batch, List<ClaimedMail> claimed, CancellationToken cancellation)
    {
        var rendered = new List<(RenderedMail Mail, byte[] Wrapped)>(claimed.Count);
        var spoilt = new List<MailOutcome>();
        foreach (var mail in claimed)
        {
            try
            {
                rendered.Add(Render(mail));
            }
            catch (Exception failure)
            {
                log.LogError(failure, "Mail {Mail} of kind {Kind} cannot be made and is parked", mail.Id, mail.Kind);
                spoilt.Add(new(mail.Id, DeliveryStatus.Parked, null, KeepsBatch: false, "refused", "This mail could not be made.", null));
            }
        }

        // A batch that is asked about again has to stay whole.
        if (claim != batch)
            spoilt.AddRange(await gate.Hold([.. claimed.Join(rendered, mail => mail.Id, r => r.Mail.Id, (mail, r) => (mail, r.Mail.To))]));
        if (spoilt.Count > 0)
            await Record(claim, spoilt);
        var ours = await queue.Begin(claim, batch, rendered.ConvertAll(r => (r.Mail.Id, r.Wrapped)), transport.Lease);
        var mails = rendered.Select(r => r.Mail).Where(mail => ours.Contains(mail.Id)).ToList();
        if (mails.Count == 0)
            return;

        var handovers = await transport.Send(batch, mails, cancellation);
        Heed(handovers);
        var attempts = claimed.ToDictionary(mail => mail.Id, mail => mail.Attempts + 1);
        await Record(batch, MailOutcome.Of(mails.ConvertAll(mail => (mail.Id, attempts[mail.Id])), handovers, transport.KeyLife > TimeSpan.Zero, claim == batch, clock.GetUtcNow()));
        foreach (var (mail, _) in mails.Zip(handovers).Where(sent => sent.Second is Handover.Refused { OfAddress: true }))
            await gate.Close(mail.To);
    }

    private (RenderedMail Mail, byte[] Wrapped) Render(ClaimedMail mail)
    {
        var row = $"outbox/{mail.Id:n}/rendered";
        if (mail.Rendered is not null)
            return (JsonSerializer.Deserialize<RenderedMail>(rootKey.Unwrap(mail.Rendered, row), EmailKinds.Json) ?? throw new JsonException("A rendered mail is empty."), mail.Rendered);

        var rendered = renderer.Render(mail.Id, mail.Kind, rootKey.Unwrap(mail.Body, $"outbox/{mail.Id:n}"), transport.From);
        return (rendered, rootKey.Wrap(JsonSerializer.SerializeToUtf8Bytes(rendered, EmailKinds.Json), row));
    }

    private async Task Record(Guid batch, List<MailOutcome> outcomes)
    {
        // Kept until it is written: what a provider answered is told only once.
        _unrecorded = (batch, outcomes);
        await queue.Record(batch, outcomes);
        _unrecorded = null;
        foreach (var outcome in outcomes)
            Instruments.MailOutcomes.Add(1, Instruments.Tag("mail.outcome", outcome.Outcome));
        foreach (var outcome in outcomes.Where(o => o.Status is DeliveryStatus.Parked or DeliveryStatus.Unknown))
            log.LogError("Mail {Mail} is {Status}: {Detail}", outcome.Id, outcome.Status, outcome.Detail);
        if (outcomes.Exists(o => o.Status is DeliveryStatus.Parked or DeliveryStatus.Suppressed or DeliveryStatus.Withheld))
            _ = GrainFactory.GetGrain<IUndeliveredGrain>(IUndeliveredGrain.Key).Poke();
    }

    /// <summary>Leaves a transport alone that fails for everyone.</summary>
    private void Heed(IReadOnlyList<Handover> handovers)
    {
        var everyone = handovers.All(h => h is Handover.TryLater { Everyone: true } or Handover.Unknown { Final: false });
        _failures = everyone ? _failures + 1 : 0;
        if (everyone)
        {
            var asked = handovers.OfType<Handover.TryLater>().Max(h => h.After);
            PauseFor(RetrySchedule.AfterFailures(_failures, asked, Random.Shared.NextDouble()));
        }
    }

    private TimeSpan Pause => clock.GetElapsedTime(clock.GetTimestamp(), _pausedUntil) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private void PauseFor(TimeSpan time) => _pausedUntil = Math.Max(_pausedUntil, clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency));

    private async Task HeedTheClock()
    {
        var now = clock.GetUtcNow();
        if (_seen - now is { } back && back > TimeSpan.Zero)
            await queue.SetBack(back);
        _seen = now;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
