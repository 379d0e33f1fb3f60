namespace Backsoon.Booking;

/// <summary>Has guests reminded of their appointments when it is time.</summary>
/// <remarks>Key: <c>reminders/{0..3}</c>, by the appointment's id.</remarks>
[Alias("booking.reminders")]
public interface IRemindersGrain : IGrainWithStringKey
{
    public const int Shards = 4;

    /// <summary>Registers the reminder that sweeps; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();

    /// <summary>Reminds whoever is to be reminded by now. Answers how many were.</summary>
    [Alias("sweep")]
    Task<int> Sweep();
}
