using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>What takes a host's time: appointments, what is held for forms, what the owner keeps free, and what a calendar elsewhere says.</summary>
public sealed class Timetable(IEnumerable<Sitting> sittings, IEnumerable<BlockedTime> blocks, BusySnapshot calendar)
{
    public Spans<Sitting> Sittings { get; } = new(sittings, sitting => sitting.GuardFrom, sitting => sitting.GuardUntil);

    public Spans<BlockedTime> Blocks { get; } = new(blocks, block => block.Start, block => block.End);

    public Spans<BusyPeriod> Busy { get; } = new(calendar.IsConnected ? calendar.Busy : ImmutableArray<BusyPeriod>.Empty, busy => busy.Start, busy => busy.End);

    public bool IsCalendarKnown { get; } = !calendar.IsConnected || calendar.IsKnown;
}

/// <summary>One seat that is taken: by an appointment, or held for a form.</summary>
public readonly record struct Sitting(Guid Id, Guid Service, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset GuardFrom, DateTimeOffset GuardUntil, bool IsHeld)
{
    public static Sitting Of(Guid id, Service service, DateTimeOffset start, bool isHeld) =>
        new(id, service.Id, start, start + service.Length, start - service.BufferBefore, start + service.Length + service.BufferAfter, isHeld);
}

/// <summary>Spans of time in order, of which those that touch another are found without looking at all.</summary>
public sealed class Spans<T>
{
    private readonly (DateTimeOffset From, DateTimeOffset Until, T What)[] _spans;

    // The latest end of all up to here: it never falls, so the first that matters is found by halving.
    private readonly DateTimeOffset[] _latest;

    public Spans(IEnumerable<T> what, Func<T, DateTimeOffset> from, Func<T, DateTimeOffset> until)
    {
        _spans = [.. what.Select(one => (from(one), until(one), one))];
        Array.Sort(_spans, (one, other) => one.From.CompareTo(other.From));
        _latest = new DateTimeOffset[_spans.Length];
        for (var i = 0; i < _spans.Length; i++)
            _latest[i] = i > 0 && _latest[i - 1] > _spans[i].Until ? _latest[i - 1] : _spans[i].Until;
    }

    /// <summary>Those that touch the time between, in order. Asked for every time of a page, so it makes nothing that has to be cleared away.</summary>
    public Run Touching(DateTimeOffset from, DateTimeOffset until)
    {
        var (low, high) = (0, _spans.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_latest[middle] > from)
                high = middle;
            else
                low = middle + 1;
        }

        return new Run(_spans, low, from, until);
    }

    /// <summary>To be gone through once, with <c>foreach</c> or by itself.</summary>
    public struct Run
    {
        private readonly (DateTimeOffset From, DateTimeOffset Until, T What)[] _spans;
        private readonly DateTimeOffset _from;
        private readonly DateTimeOffset _until;
        private int _next;

        internal Run((DateTimeOffset From, DateTimeOffset Until, T What)[] spans, int first, DateTimeOffset from, DateTimeOffset until) => (_spans, _next, _from, _until) = (spans, first, from, until);

        public readonly T Current => _spans[_next - 1].What;

        public readonly Run GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_next < _spans.Length && _spans[_next].From < _until)
            {
                if (_spans[_next++].Until > _from)
                    return true;
            }

            return false;
        }
    }
}
