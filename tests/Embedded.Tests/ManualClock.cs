namespace Backsoon.Embedded;

/// <summary>Stands still until it is advanced, and then rings what has come due, in order.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = start;
    private TimeSpan _jumped;

    public ManualClock() : this(new(2026, 3, 29, 9, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_alarms)
            return _now;
    }

    public override long GetTimestamp()
    {
        lock (_alarms)
            return (_now - _jumped).Ticks;
    }

    /// <summary>Sets the clock to another time: no time passes, so no timer rings sooner or later.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_alarms)
        {
            (_now, _jumped) = (_now + by, _jumped + by);
            foreach (var alarm in _alarms)
                alarm.Shift(by);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Advance(TimeSpan by)
    {
        var end = _now + by;
        while (Next(end) is { } alarm)
            alarm.Ring();
    }

    private Alarm? Next(DateTimeOffset end)
    {
        lock (_alarms)
        {
            var next = _alarms.Where(alarm => alarm.Due <= end).MinBy(alarm => alarm.Due);
            _now = next is null ? end : next.Due > _now ? next.Due : _now;
            return next;
        }
    }

    private sealed class Alarm(ManualClock clock, Action ring) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._alarms)
            {
                _period = period;
                clock._alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._alarms.Add(this);
                }
            }
            return true;
        }

        public void Shift(TimeSpan by) => Due += by;

        public void Ring()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            ring();
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
