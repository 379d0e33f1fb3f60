namespace Backsoon;

/// <summary>Stands still until it is advanced. What is due rings by itself, in order, also what is due at once.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = start;
    private TimeSpan _jumped;
    private long _rungAtOnce;
    private int _ringing;

    /// <summary>Monday, 5 January 2026, nine o'clock in Lisbon and in London.</summary>
    public ManualClock() : this(new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>How many timers were set that were due at once, ever.</summary>
    public long RungAtOnce => Interlocked.Read(ref _rungAtOnce);

    /// <summary>Whether some of those still have to ring.</summary>
    public bool IsRinging => Volatile.Read(ref _ringing) > 0;

    /// <summary>When the next timer rings; null when none is set.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
                return _alarms.Count == 0 ? null : _alarms.Min(alarm => alarm.Due);
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return (_now - _jumped).UtcTicks;
    }

    /// <summary>Sets the clock to another time, as somebody does whose clock was wrong: no time passes, so no timer rings sooner or later.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_gate)
        {
            (_now, _jumped) = (_now + by, _jumped + by);
            foreach (var alarm in _alarms)
                alarm.Shift(by);
        }
    }

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (Take(end) is { } alarm)
            alarm.Ring();
        lock (_gate)
            _now = end;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private Alarm? Take(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _alarms.Where(alarm => alarm.Due <= end).MinBy(alarm => alarm.Due);
            if (next is null)
                return null;
            if (next.Due > _now)
                _now = next.Due;
            next.Rearm();
            return next;
        }
    }

    private sealed class Alarm(ManualClock clock, Action ring) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _period = period;
                clock._alarms.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._now + dueTime;
                if (dueTime > TimeSpan.Zero)
                {
                    clock._alarms.Add(this);
                    return true;
                }

                Due += period;
                if (period > TimeSpan.Zero)
                    clock._alarms.Add(this);
            }

            // Elsewhere, as a real timer would: whoever sets one may hold what its callback wants.
            Interlocked.Increment(ref clock._ringing);
            Interlocked.Increment(ref clock._rungAtOnce);
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                ring();
                Interlocked.Decrement(ref clock._ringing);
            }, null);
            return true;
        }

        public void Ring() => ring();

        public void Shift(TimeSpan by) => Due += by;

        public void Rearm()
        {
            Due += _period;
            if (_period <= TimeSpan.Zero)
                clock._alarms.Remove(this);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
