using Backsoon.Mail;

namespace Backsoon.Booking;

/// <param name="IsOffered">Whether this installation has access to Google at all.</param>
/// <param name="Email">Whose calendar it is (R22); null when none is connected.</param>
/// <param name="Reads">How many calendars hide slots.</param>
/// <param name="AsOf">How old the oldest busy times in use are; null when none were asked for lately.</param>
/// <param name="Waiting">How many events are still to be written.</param>
/// <param name="Parked">How many were given up.</param>
/// <param name="LastError">Why an event could not be written, or busy times not be read, the last time.</param>
/// <param name="RevokingUntil">Set while what was disconnected could not be revoked yet: until when that is tried.</param>
[GenerateSerializer, Immutable, Alias("booking.calendar-view")]
public sealed record CalendarView(
    bool IsOffered, EmailAddress? Email, DateTimeOffset? ConnectedAt, CalendarTrouble? Trouble, DateTimeOffset? TroubleSince, int Reads, DateTimeOffset? AsOf, int Waiting, int Parked, string? LastError, DateTimeOffset? RevokingUntil);

/// <summary>Numbers are on disk (calendar_connection.trouble): never reuse one.</summary>
[Alias("booking.calendar-trouble")]
public enum CalendarTrouble
{
    /// <summary>Google does not let us in any more. Bookings go on without it; events wait.</summary>
    Ended = 1,
    /// <summary>One of the calendars that hide slots cannot be read, so nothing is offered.</summary>
    Unreadable = 2,
    /// <summary>This installation has no access to Google any more, so nothing is known and nothing is offered. Never on disk: it is so while it is so.</summary>
    Unasked = 3,
}

/// <param name="IsWritable">Whether events may be written to it.</param>
/// <param name="IsWritten">Whether they are.</param>
[GenerateSerializer, Immutable, Alias("booking.calendar-choice")]
public sealed record CalendarChoice(string Id, string Name, bool IsPrimary, bool IsWritable, bool IsRead, bool IsWritten);

[GenerateSerializer, Immutable, Alias("booking.connect-outcome")]
public abstract record ConnectOutcome
{
    [GenerateSerializer, Immutable, Alias("booking.connect-outcome.connected")]
    public sealed record Connected(EmailAddress Email) : ConnectOutcome;

    /// <summary>Not asked for by this session, too long ago, or used already.</summary>
    [GenerateSerializer, Immutable, Alias("booking.connect-outcome.stale")]
    public sealed record Stale : ConnectOutcome;

    /// <summary>A box was left unticked, and it does not work with half.</summary>
    [GenerateSerializer, Immutable, Alias("booking.connect-outcome.partial")]
    public sealed record Partial(bool MayRead, bool MayWrite) : ConnectOutcome;

    /// <summary>Google did not take the code, or did not answer.</summary>
    [GenerateSerializer, Immutable, Alias("booking.connect-outcome.failed")]
    public sealed record Failed : ConnectOutcome;
}
