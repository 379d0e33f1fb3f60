namespace Backsoon;

/// <summary>What the service of reminders reckons by: the time of the tests, in which nothing of its own rings.</summary>
public sealed class ReminderClock(TimeProvider clock) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Asleep();
}
