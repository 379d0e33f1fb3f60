using System.Collections.Immutable;

namespace Backsoon.Booking;

/// <summary>The connected calendars of one business.</summary>
/// <remarks>Key: <c>calendars/{tenant}</c>. A stateless worker: which there are is in the ledger.</remarks>
[Alias("booking.calendars")]
public interface ICalendarsGrain : IGrainWithStringKey
{
    /// <summary>Those that something is wrong with.</summary>
    [ReadOnly, Alias("troubled")]
    Task<ImmutableArray<TroubledCalendar>> Troubled();

    /// <summary>Disconnects all of them, because the business goes (R43). Idempotent.</summary>
    [Alias("erase")]
    Task Erase();
}

[GenerateSerializer, Immutable, Alias("booking.troubled-calendar")]
public sealed record TroubledCalendar(Guid Host, CalendarTrouble Trouble, DateTimeOffset Since);
