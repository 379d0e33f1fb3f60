namespace Backsoon.Storage;

/// <summary>What grains ask of their reminders beyond what the host offers.</summary>
internal static class Reminding
{
    /// <summary>One that is there already stays as it is: whoever starts often would put it off for good.</summary>
    public static async Task RemindUnlessSet(this Grain grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        if (await grain.GetReminder(name) is null)
            await grain.RegisterOrUpdateReminder(name, dueTime, period);
    }

    /// <summary>Also when there is no reminder of that name.</summary>
    public static async Task Unremind(this Grain grain, string name)
    {
        if (await grain.GetReminder(name) is { } reminder)
            await grain.UnregisterReminder(reminder);
    }
}
