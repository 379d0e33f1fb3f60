using Orleans.Runtime;

namespace Orleans
{
    public interface IRemindable : IGrain
    {
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    public static class GrainReminderExtensions
    {
        public static Task<IGrainReminder> RegisterOrUpdateReminder(this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
            return IActivation.Of(grain).RegisterReminder(reminderName, dueTime, period);
        }

        public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
            return IActivation.Of(grain).GetReminder(reminderName);
        }

        public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) => IActivation.Of(grain).GetReminders();

        public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder)
        {
            ArgumentNullException.ThrowIfNull(reminder);
            return IActivation.Of(grain).UnregisterReminder(reminder);
        }
    }
}

namespace Orleans.Runtime
{
    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    public readonly struct TickStatus
    {
        internal TickStatus(DateTime firstTickTime, TimeSpan period, DateTime currentTickTime)
        {
            FirstTickTime = firstTickTime;
            Period = period;
            CurrentTickTime = currentTickTime;
        }

        public DateTime FirstTickTime { get; }

        public TimeSpan Period { get; }

        public DateTime CurrentTickTime { get; }

        public override string ToString() => $"<{FirstTickTime}, {Period}, {CurrentTickTime}>";
    }
}
