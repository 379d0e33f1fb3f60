using Backsoon.Tenants;
using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Booking;

/// <summary>Which times of a host are free for a service, and why another is not. It reads nothing and knows no clock.</summary>
public sealed class Availability
{
    private readonly Service _service;
    private readonly Host _host;
    private readonly TenantProfile _profile;
    private readonly Timetable _timetable;
    private readonly HostHours _hours;
    private readonly bool _active;
    private readonly DateTimeOffset _now;
    private readonly LocalDate _lastDay;
    private readonly Dictionary<LocalDate, int> _perDay = [];

    public Availability(BookingView view, Service service, Host host, Timetable timetable, DateTimeOffset now)
    {
        (_service, _host, _profile, _timetable, _now) = (service, host, view.Profile, timetable, now);
        _hours = new HostHours(host, view.Profile.Settings.Hours);
        _active = view.Settings.IsOn && service.Active && host.Active && service.Hosts.Contains(host.Id);
        _lastDay = _hours.DayOf(now).PlusDays(service.MaxDays);
        if (service.DailyCap is null)
            return;
        foreach (var sitting in timetable.Sittings.Touching(DateTimeOffset.MinValue, DateTimeOffset.MaxValue))
        {
            if (sitting.Service != service.Id)
                continue;
            var day = _hours.DayOf(sitting.Start);
            _perDay[day] = _perDay.GetValueOrDefault(day) + 1;
        }
    }

    public LocalDate DayOf(DateTimeOffset at) => _hours.DayOf(at);

    /// <summary>The free starts between, in order.</summary>
    public IEnumerable<Slot> Slots(DateTimeOffset from, DateTimeOffset until)
    {
        if (!_active || !_timetable.IsCalendarKnown)
            return [];
        if (from < _now + _service.MinNotice)
            from = _now + _service.MinNotice;
        return Starts(from, until)
            .Where(start => Early(start) == SlotReason.Free && Late(start) == SlotReason.Free)
            .Select(start => new Slot(_host.Id, start, start + _service.Length, _service.Seats - Together(start)));
    }

    public SlotAnswer Why(DateTimeOffset start)
    {
        var early = Early(start);
        if (early != SlotReason.Free)
            return new SlotAnswer(early);
        if (Starts(start, start.AddTicks(1)).Any())
            return new SlotAnswer(Late(start));
        return _hours.Stretches(start.ToInstant(), (start + _service.Length).ToInstant()).Any(stretch => stretch.Start <= start.ToInstant() && (start + _service.Length).ToInstant() <= stretch.End)
            ? new SlotAnswer(SlotReason.NotOnStep)
            : _hours.Outside(start);
    }

    /// <summary>Why not even the owner may put an appointment there: what others take, and nothing else.</summary>
    public SlotReason WhyNotByHand(DateTimeOffset start) => InTheWay(start, held: false);

    private IEnumerable<DateTimeOffset> Starts(DateTimeOffset from, DateTimeOffset until)
    {
        var (first, last, step) = (from.ToInstant(), until.ToInstant(), Duration.FromTimeSpan(_service.Step));
        var length = Duration.FromTimeSpan(_service.Length);
        foreach (var stretch in _hours.Stretches(first, last))
        {
            var start = stretch.Start;
            if (start < first)
                start += step * (long)Math.Ceiling((first - start) / step);
            for (; start < last && start + length <= stretch.End; start += step)
                yield return start.ToDateTimeOffset();
        }
    }

    private SlotReason Early(DateTimeOffset start) =>
        !_active ? SlotReason.Inactive
        : start < _now + _service.MinNotice ? SlotReason.TooSoon
        : _hours.DayOf(start) > _lastDay ? SlotReason.TooFar
        : !_host.WorksWhileAway && IsAway(start, start + _service.Length) ? SlotReason.Away
        : SlotReason.Free;

    private SlotReason Late(DateTimeOffset start)
    {
        var (end, others) = (start + _service.Length, InTheWay(start, held: true));
        return _timetable.Blocks.Touching(start, end).MoveNext() ? SlotReason.Blocked
            : others != SlotReason.Free ? others
            : _perDay.GetValueOrDefault(_hours.DayOf(start)) >= (_service.DailyCap ?? int.MaxValue) ? SlotReason.DailyCap
            : !_timetable.IsCalendarKnown ? SlotReason.CalendarUnknown
            : _timetable.Busy.Touching(start - _service.BufferBefore, end + _service.BufferAfter).MoveNext() ? SlotReason.CalendarBusy
            : SlotReason.Free;
    }

    // Of several things in the way the firmest is named: an appointment before what is only held.
    private SlotReason InTheWay(DateTimeOffset start, bool held)
    {
        var end = start + _service.Length;
        var (taken, close, waiting, seats, seatsHeld) = (false, false, false, 0, 0);
        foreach (var sitting in _timetable.Sittings.Touching(start - _service.BufferBefore, end + _service.BufferAfter))
        {
            if (sitting.IsHeld && !held)
                continue;
            if (IsTogether(sitting, start))
                _ = sitting.IsHeld ? seatsHeld++ : seats++;
            else if (sitting.IsHeld)
                waiting = true;
            else if (sitting.Start < end && start < sitting.End)
                taken = true;
            else
                close = true;
        }

        return seats >= _service.Seats ? _service.Seats > 1 ? SlotReason.SeatsFull : SlotReason.Taken
            : taken ? SlotReason.Taken
            : close ? SlotReason.Buffer
            : waiting || seats + seatsHeld >= _service.Seats ? SlotReason.Held
            : SlotReason.Free;
    }

    private bool IsAway(DateTimeOffset start, DateTimeOffset end)
    {
        foreach (var away in _profile.Absences)
        {
            if (away.From < end && !(away.Until <= start))
                return true;
        }

        return false;
    }

    // How many seats are taken of the sitting that begins then.
    private int Together(DateTimeOffset start)
    {
        var seats = 0;
        foreach (var sitting in _timetable.Sittings.Touching(start - _service.BufferBefore, start + _service.Length + _service.BufferAfter))
        {
            if (IsTogether(sitting, start))
                seats++;
        }

        return seats;
    }

    private bool IsTogether(Sitting sitting, DateTimeOffset start) => sitting.Service == _service.Id && sitting.Start == start;
}
