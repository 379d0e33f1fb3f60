namespace Backsoon.Booking;

/// <summary>The pump of events on their way into hosts' calendars: has each calendar that is due write.</summary>
/// <remarks>Key: <c>calendar-writes/all</c>.</remarks>
[Alias("booking.calendar-writes")]
public interface ICalendarWritesGrain : IGrainWithStringKey
{
    public const string Key = "calendar-writes/all";

    /// <summary>Something was committed. Cheap, and harmless when lost: a reminder looks once a minute anyway.</summary>
    [OneWay, AlwaysInterleave, Alias("poke")]
    Task Poke();

    /// <summary>Registers the reminder that keeps the pump going; called at every start, idempotent.</summary>
    [Alias("start")]
    Task Start();
}
