using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>What happens to a request and who is told, decided from its rows and the instant; it writes nothing.</summary>
public sealed class Chain(Request request, NotificationPreferences wanted, DateTimeOffset now)
{
    public static readonly TimeSpan ShortestHalf = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan WaitByHand = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan s_doubleClick = TimeSpan.FromMinutes(1);

    private readonly int _before = request.Events.Length;
    private readonly List<Notice> _notices = [];

    public Request Request { get; private set; } = request;

    public IReadOnlyList<Notice> Notices => _notices;

    public ReadOnlySpan<DispatchEvent> News => Request.Events.AsSpan()[_before..];

    public bool IsMoved => Request.Events.Length > _before;

    public void Begin()
    {
        Record(DispatchEventKind.Received, Request.CallerName);
        AskFrom(0);
        if (Request.CallerEmail is not null)
        {
            _notices.Add(new Notice.Received());
            Record(DispatchEventKind.CallerMailed, Request.CallerName);
        }

        // Asked is told already.
        if (Request.Status != DispatchStatus.OwnerAsked && (wanted.EveryRequest || Request.Urgent && wanted.UrgentRequests))
            TellOwner(OwnerNews.Received, Request.CallerName);
    }

    public void Advance()
    {
        if (!(Request.NextAt <= now))
            return;

        var asked = Request.Plan[Request.Step];
        if (Request.NextReminds && Request.AnswerBy > now)
        {
            _notices.Add(new Notice.Remind(asked.Vendor, Request.AnswerBy));
            Record(DispatchEventKind.VendorReminded, asked.Vendor.Name, asked.Vendor.Id);
            Request = Request with { NextAt = Request.AnswerBy, NextReminds = false };
        }
        else
        {
            Record(DispatchEventKind.VendorSilent, asked.Vendor.Name, asked.Vendor.Id);
            AskFrom(Request.Step + 1);
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

        Record(DispatchEventKind.VendorBounced, Request.Vendor(vendor)?.Name, vendor);
        if (Request.Status == DispatchStatus.Asking && Request.With == vendor)
            AskFrom(Request.Step + 1);
        return true;
    }

    public bool Reassign(Vendor vendor, string by)
    {
        if (!Request.IsOpen || Request.With == vendor.Id)
            return false;

        TellOthers(vendor.Id, NoLongerNeededReason.GivenToOther, VendorStanding.Asked, VendorStanding.Accepted, VendorStanding.OnTheWay);
        var wait = Request.Plan.FirstOrDefault(step => step.Vendor.Id == vendor.Id)?.Wait ?? WaitByHand;
        Record(DispatchEventKind.Reassigned, by, vendor.Id, vendor.Name);
        Request = Request with { Plan = Request.Plan.Add(new RouteStep(vendor, wait)) };
        Ask(Request.Plan.Length - 1);
        return true;
    }

    public bool Close(string note, string by)
    {
        if (!Request.IsOpen)
            return false;

        TellOthers(null, NoLongerNeededReason.Closed, VendorStanding.Asked, VendorStanding.Accepted, VendorStanding.OnTheWay);
        Record(DispatchEventKind.Closed, by, null, note);
        Request = Request with { Status = DispatchStatus.Closed, ClosedAt = now, NextAt = null, NextReminds = false };
        return true;
    }

    public bool Reopen(string by)
    {
        if (Request.IsOpen)
            return false;

        Record(DispatchEventKind.Reopened, by);
        Request = Request with { Status = DispatchStatus.OwnerAsked, ClosedAt = null, Step = Request.Plan.Length, With = null, WithName = null };
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
        if (!Request.IsOpen || Request.Vendor(Request.With) is not { } vendor)
            return false;

        // A second click within the minute is the first one's.
        if (Request.Events.Any(e => e.Kind == DispatchEventKind.VendorReminded && e.At > now - s_doubleClick))
            return true;

        _notices.Add(new Notice.Remind(vendor, Request.AnswerBy));
        Record(DispatchEventKind.VendorReminded, vendor.Name, vendor.Id, by);
        return true;
    }

    public MessageOutcome Write(Message message)
    {
        if (message.Refusal(Request, now) is { } refusal)
            return refusal;

        var notice = message.Notice(Request);
        Request = Request with { Events = Request.Events.Add(message.Event(Request, now)) };
        if (notice is not null)
            _notices.Add(notice);
        return new MessageOutcome.Written(notice is not null);
    }

    private AnswerOutcome Accept(Guid vendor)
    {
        var name = Request.Vendor(vendor)!.Name;
        TellOthers(vendor, NoLongerNeededReason.TakenByOther, VendorStanding.Asked);
        Record(DispatchEventKind.Accepted, name, vendor);
        Request = Request with { Status = DispatchStatus.Accepted, With = vendor, WithName = name, NextAt = null, NextReminds = false };
        if (Request.CallerEmail is not null)
        {
            _notices.Add(new Notice.AcceptedBy(name));
            Record(DispatchEventKind.CallerMailed, Request.CallerName);
        }

        if (wanted.Accepted)
            TellOwner(OwnerNews.Accepted, name);
        return AnswerOutcome.Recorded;
    }

    private AnswerOutcome Decline(Guid vendor, string reason)
    {
        var name = Request.Vendor(vendor)!.Name;
        var had = Request.With == vendor;
        Record(DispatchEventKind.Declined, name, vendor, reason);
        // Somebody asked earlier says no while another is being asked: noted, and nothing else changes.
        if (had)
        {
            // Who accepted late and gives it back was not the one asked last: that one has not said no yet.
            var last = Request.Step < Request.Plan.Length && Request.Plan[Request.Step].Vendor.Id == vendor ? Request.Step + 1 : Request.Step;
            Request = Request with { Status = DispatchStatus.Asking, With = null };
            AskFrom(last, name, reason);
        }

        // That nobody is left is told already, with who said no last.
        if (wanted.Declined && !(had && Request.Status == DispatchStatus.OwnerAsked))
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
        Request = Request with { Status = DispatchStatus.Done, ClosedAt = now, NextAt = null, NextReminds = false };
        if (wanted.Done)
            TellOwner(OwnerNews.Done, Request.WithName, note);
        return AnswerOutcome.Recorded;
    }

    private AnswerOutcome TooLate(Guid vendor)
    {
        if (!Request.Events.Any(e => e.Kind == DispatchEventKind.LateAccept && e.Vendor == vendor))
            Record(DispatchEventKind.LateAccept, Request.Vendor(vendor)!.Name, vendor);
        return AnswerOutcome.TakenByOther;
    }

    private void AskFrom(int step, string? declinedBy = null, string? reason = null)
    {
        if (Request.FirstToAsk(step) is var next && next < Request.Plan.Length)
        {
            Ask(next);
        }
        else
        {
            _notices.Add(new Notice.AskOwner(declinedBy, reason));
            Record(DispatchEventKind.OwnerAsked);
            Request = Request with { Status = DispatchStatus.OwnerAsked, Step = Request.Plan.Length, With = null, WithName = null, NextAt = null, NextReminds = false };
        }
    }

    private void Ask(int step)
    {
        var (vendor, wait) = (Request.Plan[step].Vendor, Request.Plan[step].Wait);
        _notices.Add(new Notice.Ask(vendor, now + wait));
        Record(DispatchEventKind.VendorAsked, vendor.Name, vendor.Id);
        Request = Request with
        {
            Status = DispatchStatus.Asking,
            Step = step,
            With = vendor.Id,
            WithName = vendor.Name,
            NextAt = wait / 2 >= ShortestHalf ? now + wait / 2 : now + wait,
            NextReminds = wait / 2 >= ShortestHalf,
        };
    }

    private void TellOthers(Guid? but, NoLongerNeededReason reason, params VendorStanding[] standings)
    {
        foreach (var other in Request.Standing(standings).Where(other => other.Id != but))
            _notices.Add(new Notice.NoLongerNeeded(other, reason));
    }

    private void TellOwner(OwnerNews news, string? who, string? text = null)
    {
        _notices.Add(new Notice.TellOwner(news, who, text));
        Record(DispatchEventKind.OwnerTold);
    }

    private void Record(DispatchEventKind kind, string? who = null, Guid? vendor = null, string? text = null) =>
        Request = Request with { Events = Request.Events.Add(new DispatchEvent(now, kind, who, vendor, string.IsNullOrWhiteSpace(text) ? null : text)) };
}
