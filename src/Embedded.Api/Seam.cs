using Orleans.Runtime;

namespace Orleans;

// How the surface reaches its host. Grain code sees none of it.

internal interface IReference
{
    GrainId GrainId { get; }

    TGrainInterface As<TGrainInterface>();
}

internal interface IActivation : IGrainContext
{
    /// <summary>The activation whose turn this thread is in: a grain is constructed in a turn of its own.</summary>
    static IActivation? Current => TaskScheduler.Current as IActivation;

    static IActivation Of(IGrainBase grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain.GrainContext as IActivation ?? throw new InvalidOperationException($"{grain.GetType()} was not made by a grain host");
    }

    IGrainFactory GrainFactory { get; }

    TGrainInterface AsReference<TGrainInterface>();

    void DelayDeactivation(TimeSpan timeSpan);

    IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);

    Task<IGrainReminder> RegisterReminder(string reminderName, TimeSpan dueTime, TimeSpan period);

    Task<IGrainReminder?> GetReminder(string reminderName);

    Task<List<IGrainReminder>> GetReminders();

    Task UnregisterReminder(IGrainReminder reminder);
}
