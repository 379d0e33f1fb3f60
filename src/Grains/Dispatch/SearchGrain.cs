namespace Backsoon.Dispatch;

[GrainType("search")]
public sealed class SearchGrain(RequestWords words, TimeProvider clock) : Grain, ISearchGrain, IRemindable
{
    private const string Reminder = "sweep";

    // Whatever piles up, most of the machine stays with those who wait for an answer.
    private const int RestForWork = 9;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private IGrainTimer? _timer;

    public async Task Start() => await this.RegisterOrUpdateReminder(Reminder, s_minute, s_minute);

    public Task ReceiveReminder(string reminderName, TickStatus status) => Sweep();

    public async Task<int> Sweep()
    {
        var began = clock.GetTimestamp();
        var read = await words.ReadSome();
        if (read > 0)
            Wake(clock.GetElapsedTime(began) * RestForWork);
        return read;
    }

    private void Wake(TimeSpan wait)
    {
        if (_timer is null)
            _timer = this.RegisterGrainTimer(_ => Sweep(), new() { DueTime = wait, Period = Timeout.InfiniteTimeSpan });
        else
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
