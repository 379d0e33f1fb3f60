using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>Somebody appointments are with.</summary>
/// <param name="Email">Who is told of new, moved and cancelled ones.</param>
/// <param name="Hours">The periods of their week, and days on which it is otherwise; null for the business's own hours. On holidays of the business they are not there, unless a day of their own or <paramref name="WorksOnHolidays"/> says so.</param>
/// <param name="ZoneId">IANA; the hours are by its clocks.</param>
/// <param name="Feed">The number of their private calendar link; not positive once it was taken back.</param>
/// <param name="WorksOnHolidays">Whether their week counts on the business's holidays, too.</param>
/// <param name="WorksWhileAway">Whether they go on while the business is away.</param>
[GenerateSerializer, Immutable, Alias("booking.host")]
public sealed record Host(Guid Id, string Name, EmailAddress Email, bool Active, OpeningHours? Hours, string ZoneId, int Feed = 0, bool WorksOnHolidays = false, bool WorksWhileAway = false)
{
    public const int MaxName = 80;
}
