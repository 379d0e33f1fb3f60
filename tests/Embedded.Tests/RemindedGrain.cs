using Orleans;
using Orleans.Runtime;

namespace Backsoon.Embedded;

public interface IRemindedGrain : IGrainWithStringKey
{
    Task Register(string name, TimeSpan dueTime, TimeSpan period);

    Task Unregister(string name);

    Task UnregisterStale();

    Task<List<string>> Names();

    Task<List<string>> Received();
}

[GrainType("reminded")]
public sealed class RemindedGrain(Stage stage) : Grain, IRemindedGrain, IRemindable
{
    private readonly List<string> _received = [];

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        stage.LastTick = status;
        _received.Add(reminderName);
        stage.Say($"{this.GetPrimaryKeyString()} received {reminderName}");
        switch (reminderName)
        {
            case "held":
                await stage.Gate("held");
                break;
            case "throw":
                throw new InvalidOperationException("A bad reminder");
            case "move":
                await this.RegisterOrUpdateReminder("move", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
                break;
            case "end":
                await Unregister("end");
                break;
        }
        stage.Say($"{this.GetPrimaryKeyString()} ended {reminderName}");
    }

    public Task Register(string name, TimeSpan dueTime, TimeSpan period) => this.RegisterOrUpdateReminder(name, dueTime, period);

    public async Task Unregister(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task UnregisterStale()
    {
        var stale = await this.RegisterOrUpdateReminder("stale", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        await this.RegisterOrUpdateReminder("stale", TimeSpan.FromHours(2), TimeSpan.FromHours(1));
        await this.UnregisterReminder(stale);
    }

    public async Task<List<string>> Names() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName)];

    public Task<List<string>> Received() => Task.FromResult(_received.ToList());
}

public interface IForgetfulGrain : IGrainWithStringKey
{
    Task Register();
}

[GrainType("forgetful")]
public sealed class ForgetfulGrain : Grain, IForgetfulGrain
{
    public Task Register() => this.RegisterOrUpdateReminder("none", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
}
