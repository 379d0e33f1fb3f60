using System.Collections.Immutable;

namespace Backsoon.Dispatch;

/// <summary>What happens to a request and who is told, decided from its rows and the instant; it writes nothing.</summary>
public sealed class Chain(Request request, Duties duties, DateTimeOffset now)
{
    public static readonly TimeSpan ShortestHalf = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan WaitByHand = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan WaitOfStandIn = TimeSpan.FromMinutes(60);

    /// <summary>No step waits longer than this for somebody to be on duty, nor does time off duty lengthen a wait by more.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromDays(7);

    /// <summary>How long a closing can be taken back as if it had not been: until the vendor may have taken other work.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_doubleClick = TimeSpan.FromMinutes(1);

    private readonly Request _start = request;
    private readonly int _before = request.Events.Length;
    private readonly List<Notice> _notices = [];

    public Request Request { get; private set; } = request;

    public IReadOnlyList<Notice> Notices => _notices;

    public ReadOnlySpan<DispatchEvent> News => Request.Events.AsSpan()[_before..];

    public int PhotosBefore { get; } = request.Photos.Length;

    public Duties Duties => duties;

    public bool IsMoved => !ReferenceEquals(Request, _start);

    public void Begin()
    {
        Record(DispatchEventKind.Received, Request.CallerName);
        Start();
        TellCaller(new Notice.Received());

        // Asked is told already.
        if (Request.Status != DispatchStatus.OwnerAsked && (duties.Settings.Notifications.EveryRequest || Request.Urgent && duties.Settings.Notifications.UrgentRequests))
            TellOwner(OwnerNews.Received, Request.CallerName);
    }

    public void Advance()
    {
        if (!(Request.NextAt <= now))
            Recount();
        else if (Request is { Status: DispatchStatus.Waiting, Step: < 0 })
        {
            Start();
        }
        else if (Request.Status == DispatchStatus.Waiting)
        {
            AskFrom(Request.Step, Request.Round);
        }
        else if (Request.NextReminds && Request.AnswerBy > now)
        {
            RemindAsked();
        }
        else
        {
            foreach (var silent in Request.Asked)
                Record(DispatchEventKind.VendorSilent, silent.Name, silent.Id);
            AskFrom(Request.Step + 1, Request.Round);
        }
    }

    public AnswerOutcome Answer(Guid vendor, VendorAnswer answer, string text) => (Request.StandingOf(vendor), answer) switch
    {
        (null, _) => AnswerOutcome.Unknown,
        (VendorStanding.Closed, _) => AnswerOutcome.Closed,
        (VendorStanding.TakenByOther, VendorAnswer.Accept) => TooLate(vendor),
        (VendorStanding.TakenByOther, _) => AnswerOutcome.TakenByOther,
        (VendorStanding.Asked or VendorStanding.Declined, VendorAnswer.Accept) => Accept(vendor),
        (VendorStanding.Asked or VendorStanding.Accepted or VendorStanding.OnTheWay, VendorAnswer.Decline) => Decline(vendor, text),
        (VendorStanding.Declined, VendorAnswer.Decline) => AnswerOutcome.Already,
        (VendorStanding.Asked or VendorStanding.Declined, _) => AnswerOutcome.NotYours,
        (VendorStanding.Accepted, VendorAnswer.OnMyWay) => SetOut(vendor),
        (VendorStanding.Accepted or VendorStanding.OnTheWay, VendorAnswer.Done) => Finish(vendor, text),
        (VendorStanding.Done, VendorAnswer.Decline) => AnswerOutcome.Closed,
        (VendorStanding.Accepted or VendorStanding.OnTheWay or VendorStanding.Done, _) => AnswerOutcome.Already,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    /// <summary>Their mail came back, so they cannot know: out, as after a decline.</summary>
    public bool Bounce(Guid vendor)
    {
        if (Request.StandingOf(vendor) != VendorStanding.Asked || Request.IsOut(vendor))
            return false;

        var concerned = IsAsked(vendor) || IsAwaited(vendor);
        Record(DispatchEventKind.VendorBounced, Request.Vendor(vendor)?.Name, vendor);
        if (concerned)
            AskOthers();
        return true;
    }

    public bool Reassign(Vendor vendor, string by)
    {
        if (!Request.IsOpen || Request.With == vendor.Id)
            return false;

        var taker = Request.Taker;
        TellOthers(vendor.Id, NoLongerNeededReason.GivenToOther, VendorStanding.Asked, VendorStanding.Accepted, VendorStanding.OnTheWay);
        var wait = Request.Plan.FirstOrDefault(step => step.Vendors.Any(other => other.Id == vendor.Id))?.Wait ?? WaitByHand;
        Record(DispatchEventKind.Reassigned, by, vendor.Id, vendor.Name);
        Request = Request with { Plan = Request.Plan.Add(new RouteStep([vendor], wait, Origin: StepOrigin.Owner)) };
        Ask(Request.Plan.Length - 1, Request.Round, [vendor]);
        if (taker is not null)
            TellCaller(new Notice.TellCaller(CallerNews.GivenBack, taker));
        return true;
    }

    public bool Close(string note, string by)
    {
        if (!Request.IsOpen)
            return false;

        var taker = Request.Taker;
        TellOthers(null, NoLongerNeededReason.Closed, VendorStanding.Asked, VendorStanding.Accepted, VendorStanding.OnTheWay);
        Record(DispatchEventKind.Closed, by, null, note);
        Request = Still(Request with { Status = DispatchStatus.Closed, ClosedAt = now });
        TellCaller(new Notice.TellCaller(CallerNews.Closed, taker));
        return true;
    }

    public bool Reopen(string by)
    {
        if (Request.IsOpen || Request.IsForgotten)
            return false;

        var wasClosed = Request.Status == DispatchStatus.Closed;
        Record(DispatchEventKind.Reopened, by);
        Request = Request with { Status = DispatchStatus.OwnerAsked, ClosedAt = null, Step = Request.Plan.Length, With = null, WithName = null };
        // Only of a closing by the owner was a mail.
        if (wasClosed)
            TellCaller(new Notice.TellCaller(CallerNews.Reopened, null));
        return true;
    }

    public bool UndoClose(string by)
    {
        if (Request is not { Status: DispatchStatus.Closed, IsForgotten: false, Taker: { } taker } || taker.Email == RequestErasure.NoAddress || now - Request.ClosedAt > UndoTime)
            return Reopen(by);

        Record(DispatchEventKind.Reopened, by, taker.Id);
        Request = Request with { Status = Request.HasSetOut(taker.Id) ? DispatchStatus.OnTheWay : DispatchStatus.Accepted, ClosedAt = null };
        _notices.Add(new Notice.OpenAgain(taker));
        TellCaller(new Notice.TellCaller(CallerNews.Reopened, taker));
        return true;
    }

    public bool Note(string text, string by)
    {
        // The same words of the same person within the minute are a second click.
        if (!Request.Events.Any(e => e.Kind == DispatchEventKind.Note && e.Who == by && e.Text == text && e.At > now - s_doubleClick))
            Record(DispatchEventKind.Note, by, null, text);
        return true;
    }

    public bool Remind(string by)
    {
        var vendors = Request.Status is DispatchStatus.Accepted or DispatchStatus.OnTheWay && Request.Vendor(Request.With) is { } has ? [has] : Request.Asked;
        if (vendors.IsEmpty)
            return false;

        // A second click within the minute is the first one's.
        if (Request.Events.Any(e => e.Kind == DispatchEventKind.VendorReminded && e.At > now - s_doubleClick))
            return true;

        foreach (var vendor in vendors)
        {
            _notices.Add(new Notice.Remind(vendor, Request.AnswerBy));
            Record(DispatchEventKind.VendorReminded, vendor.Name, vendor.Id, by);
        }

        return true;
    }

    public MessageOutcome Write(Message message)
    {
        var refusal = message.Refusal(Request, now);
        if (refusal is not (null or MessageOutcome.Written))
            return refusal;

        // The words may be known and the photos new: somebody went back and chose others.
        var photos = Show(message.Photos);
        if (refusal is null && message.Text.Length > 0)
            Request = Request with { Events = Request.Events.Add(message.Event(Request, now)) };
        if (!IsMoved)
            return new MessageOutcome.Written(message.Notice(Request, 0) is not null);

        var notice = (refusal is null ? message : message with { Text = "" }).Notice(Request, photos);
        if (notice is not null)
            _notices.Add(notice);
        return new MessageOutcome.Written(notice is not null);
    }

    /// <summary>Puts photos that wait on the timeline. Returns how many did.</summary>
    public int Show(ImmutableArray<Guid> photos)
    {
        var shown = Request.Unattached.Where(photo => photos.Contains(photo.Id)).ToImmutableArray();
        if (shown.Length > 0)
        {
            Record(DispatchEventKind.CallerSentPhotos, Request.CallerName, null, $"{shown.Length}");
            Request = Request with { Photos = Request.Photos.AddRange(shown), Unattached = Request.Unattached.RemoveRange(shown) };
        }

        return shown.Length;
    }

    private AnswerOutcome Accept(Guid vendor)
    {
        var name = Request.Vendor(vendor)!.Name;
        TellOthers(vendor, NoLongerNeededReason.TakenByOther, VendorStanding.Asked);
        Record(DispatchEventKind.Accepted, name, vendor);
        Request = Still(Request with { Status = DispatchStatus.Accepted, With = vendor, WithName = name });
        TellCaller(new Notice.AcceptedBy(name));
        if (duties.Settings.Notifications.Accepted)
            TellOwner(OwnerNews.Accepted, name);
        return AnswerOutcome.Recorded;
    }

    private AnswerOutcome Decline(Guid vendor, string reason)
    {
        var name = Request.Vendor(vendor)!.Name;
        var (had, wasAsked, wasAwaited) = (Request.Status != DispatchStatus.Asking && Request.With == vendor, IsAsked(vendor), IsAwaited(vendor));
        Record(DispatchEventKind.Declined, name, vendor, reason);
        // Somebody asked earlier says no while others are being asked: noted, and nothing else changes.
        if (had)
        {
            GoOn(name, reason);
            TellCaller(new Notice.TellCaller(CallerNews.GivenBack, Request.Vendor(vendor)));
        }
        else if (wasAsked || wasAwaited)
            AskOthers(name, reason);

        // That nobody is left is told already, with who said no last.
        if (duties.Settings.Notifications.Declined && !((had || wasAsked || wasAwaited) && Request.Status == DispatchStatus.OwnerAsked))
            TellOwner(OwnerNews.Declined, name, reason);
        return AnswerOutcome.Recorded;
    }

    private AnswerOutcome SetOut(Guid vendor)
    {
        Record(DispatchEventKind.OnTheWay, Request.WithName, vendor);
        Request = Request with { Status = DispatchStatus.OnTheWay };
        return AnswerOutcome.Recorded;
    }

    private AnswerOutcome Finish(Guid vendor, string note)
    {
        Record(DispatchEventKind.Done, Request.WithName, vendor, note);
        Request = Still(Request with { Status = DispatchStatus.Done, ClosedAt = now });
        if (duties.Settings.Notifications.Done)
            TellOwner(OwnerNews.Done, Request.WithName, note);
        return AnswerOutcome.Recorded;
    }

    private AnswerOutcome TooLate(Guid vendor)
    {
        if (!Request.Events.Any(e => e.Kind == DispatchEventKind.LateAccept && e.Vendor == vendor))
            Record(DispatchEventKind.LateAccept, Request.Vendor(vendor)!.Name, vendor);
        return AnswerOutcome.TakenByOther;
    }

    // What was accepted is given back. Who accepted late was not the one asked last: that one has not said no yet.
    private void GoOn(string declinedBy, string reason)
    {
        var step = Request.Step;
        if (step < Request.RuleSteps)
            AskFrom(step, Request.Round, declinedBy, reason);
        else if (step < Request.Plan.Length && Request.Plan[step].Vendors.Where(vendor => !Request.IsOut(vendor.Id)).ToArray() is { Length: > 0 } left)
            Ask(step, Request.Round, left);
        else
            AskOwner(declinedBy, reason);
    }

    // Routine requests may wait for the owner's return, if that is what they left behind.
    private void Start()
    {
        if (!Request.Urgent && duties.Away is { HoldsRoutine: true, Until: { } back } && back > now)
        {
            Record(DispatchEventKind.HeldForReturn);
            Request = Still(Request with { Status = DispatchStatus.Waiting }) with { NextAt = back };
        }
        else
        {
            AskFrom(0, 0);
        }
    }

    // One of those who were asked together is out: the others have it as before.
    private void AskOthers(string? declinedBy = null, string? reason = null)
    {
        if (Request.Asked is { IsEmpty: false } others)
            Request = Request with { With = others is [var only] ? only.Id : null, WithName = Duties.Names(others) };
        else
            AskFrom(Request.Status == DispatchStatus.Waiting ? Request.Step : Request.Step + 1, Request.Round, declinedBy, reason);
    }

    private void AskFrom(int step, int round, string? declinedBy = null, string? reason = null)
    {
        var (looked, passed) = (0, new HashSet<Guid>());
        foreach (var (next, lap) in Request.From(step, round))
        {
            // Once around without anybody to ask: going on would find nobody either.
            if (looked++ == Request.RuleSteps)
                break;
            if (TryAsk(next, lap, passed))
                return;
        }

        AskOwner(declinedBy, reason);
    }

    private void AskOwner(string? declinedBy, string? reason)
    {
        if (duties is { Away: { } away, StandIn: { } standIn } && away.Covers(now) && CanStandIn(standIn))
        {
            Request = Request with { Plan = Request.Plan.Add(new RouteStep([standIn], WaitOfStandIn, Origin: StepOrigin.StandIn)) };
            Ask(Request.Plan.Length - 1, Request.Round, [standIn]);
            return;
        }

        _notices.Add(new Notice.AskOwner(declinedBy, reason));
        Record(DispatchEventKind.OwnerAsked);
        Request = Still(Request with { Status = DispatchStatus.OwnerAsked, Step = Request.Plan.Length, With = null, WithName = null });
    }

    // Asks whoever of a step can be asked, or waits for them. False when neither is possible.
    private bool TryAsk(int step, int round, HashSet<Guid> passed)
    {
        var waits = Waits(Request.Plan[step]);
        var (ready, later) = (new List<Vendor>(), new List<(Vendor Vendor, Duty Duty)>());
        foreach (var vendor in Request.Plan[step].Vendors.Where(vendor => !Request.IsOut(vendor.Id)))
        {
            var duty = duties.Of(vendor.Id, now);
            if (duty.Kind is DutyKind.SwitchedOff or DutyKind.Unavailable || waits && duty.Kind == DutyKind.NeverOnDuty)
                Pass(vendor, duty);
            else if (waits && duty.Kind == DutyKind.OffDuty)
                later.Add((vendor, duty));
            else
                ready.Add(vendor);
        }

        var since = Request.Status == DispatchStatus.Waiting && (Request.Step, Request.Round) == (step, round) ? Request.HeldSince ?? now : now;
        var opening = later.Min(other => other.Duty.At);
        var holds = ready.Count == 0 && opening - since <= LongestHold;
        foreach (var (vendor, duty) in later.Where(other => !holds))
            Pass(vendor, duty);
        if (ready.Count > 0)
            Ask(step, round, ready);
        else if (holds)
            Hold(step, round, [.. later.Where(other => other.Duty.At == opening).Select(other => other.Vendor)], opening, since);
        return ready.Count > 0 || holds;

        void Pass(Vendor vendor, Duty duty)
        {
            if (passed.Add(vendor.Id))
                Record(DispatchEventKind.VendorPassed, vendor.Name, vendor.Id, duties.Reason(duty));
        }
    }

    private void Hold(int step, int round, IReadOnlyList<Vendor> vendors, DateTimeOffset? opening, DateTimeOffset since)
    {
        Record(DispatchEventKind.Held, Duties.Names(vendors));
        Request = Still(Request with { Status = DispatchStatus.Waiting, Step = step, Round = round, With = null, WithName = Duties.Names(vendors) }) with { NextAt = opening, HeldSince = since };
    }

    private void Ask(int step, int round, IReadOnlyList<Vendor> vendors)
    {
        var plan = Request.Plan[step];
        var by = After(plan, vendors, plan.Wait);
        foreach (var vendor in vendors)
        {
            _notices.Add(new Notice.Ask(vendor, by));
            Record(DispatchEventKind.VendorAsked, vendor.Name, vendor.Id);
        }

        var reminder = plan.Wait / 2 >= ShortestHalf ? OnDuty(plan, vendors, After(plan, vendors, plan.Wait / 2)) : null;
        Request = Request with
        {
            Status = DispatchStatus.Asking,
            Step = step,
            Round = round,
            With = vendors is [var only] ? only.Id : null,
            WithName = Duties.Names(vendors),
            AnswerBy = by,
            NextAt = reminder < by ? reminder : by,
            NextReminds = reminder < by,
            HeldSince = null,
        };
    }

    // A sweep that comes late may find them off duty: then they are reminded when they are back, if that is soon enough.
    private void RemindAsked()
    {
        var (plan, asked) = (Request.Plan[Request.Step], Request.Asked);
        var reminder = OnDuty(plan, asked, now);
        if (reminder == now)
        {
            foreach (var vendor in asked.Where(vendor => !Waits(plan) || duties.Of(vendor.Id, now).Kind == DutyKind.OnDuty))
            {
                _notices.Add(new Notice.Remind(vendor, Request.AnswerBy));
                Record(DispatchEventKind.VendorReminded, vendor.Name, vendor.Id);
            }
        }

        var later = reminder > now && reminder < Request.AnswerBy;
        Request = Request with { NextAt = later ? reminder : Request.AnswerBy, NextReminds = later };
    }

    // They were asked in what is now the future, because the clock was set back: they have their time from now on.
    private void Recount()
    {
        if (Request.Status != DispatchStatus.Asking || Request.Events.All(e => e.At <= now))
            return;

        var (plan, asked) = (Request.Plan[Request.Step], Request.Asked);
        var by = After(plan, asked, plan.Wait);
        var reminder = Request.NextReminds ? OnDuty(plan, asked, After(plan, asked, plan.Wait / 2)) : null;
        if (by < Request.AnswerBy)
            Request = Request with { AnswerBy = by, NextAt = reminder < by ? reminder : by, NextReminds = reminder < by };
    }

    private bool Waits(RouteStep step) => !Request.Urgent && step.Start == StepStart.OnDuty;

    // When they have had so much time: as soon as one of them has, if only time on duty counts.
    private DateTimeOffset After(RouteStep step, IReadOnlyList<Vendor> vendors, TimeSpan time) =>
        Request.Urgent || !step.CountsDuty ? now + time
        : vendors.Min(vendor => duties.Time(vendor.Id).AddOpen(now, time)) is { } at && at - now - time <= LongestHold ? at
        : now + time + LongestHold;

    // The first moment from then on at which one of them may be mailed; null when there is none.
    private DateTimeOffset? OnDuty(RouteStep step, IReadOnlyList<Vendor> vendors, DateTimeOffset at) => Waits(step) ? vendors.Min(vendor => duties.Time(vendor.Id).NextOpening(at)) : at;

    private bool CanStandIn(Vendor vendor) =>
        !Request.IsOut(vendor.Id) && Request.Plan.All(step => step.Origin != StepOrigin.StandIn) && duties.Of(vendor.Id, now).Kind is not (DutyKind.SwitchedOff or DutyKind.Unavailable);

    private bool IsAsked(Guid vendor) => Request.Asked.Any(asked => asked.Id == vendor);

    private bool IsAwaited(Guid vendor) => Request is { Status: DispatchStatus.Waiting, Step: >= 0 } && Request.Plan[Request.Step].Vendors.Any(awaited => awaited.Id == vendor);

    // Nothing more happens by the clock.
    private static Request Still(Request request) => request with { NextAt = null, NextReminds = false, AnswerBy = null, HeldSince = null };

    private void TellOthers(Guid? but, NoLongerNeededReason reason, params VendorStanding[] standings)
    {
        foreach (var other in Request.Standing(standings).Where(other => other.Id != but && !Request.IsOut(other.Id)))
            _notices.Add(new Notice.NoLongerNeeded(other, reason));
    }

    // Only who left an address: the others see it on their page.
    private void TellCaller(Notice notice)
    {
        if (Request.CallerEmail is null)
            return;
        _notices.Add(notice);
        Record(DispatchEventKind.CallerMailed, Request.CallerName);
    }

    private void TellOwner(OwnerNews news, string? who, string? text = null)
    {
        _notices.Add(new Notice.TellOwner(news, who, text));
        Record(DispatchEventKind.OwnerTold);
    }

    private void Record(DispatchEventKind kind, string? who = null, Guid? vendor = null, string? text = null) =>
        Request = Request with { Events = Request.Events.Add(new DispatchEvent(now, kind, who, vendor, string.IsNullOrWhiteSpace(text) ? null : text)) };
}
