using System.Collections.Immutable;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>One host's connected calendar as it is in memory: the way in, the busy times, the events on their way.</summary>
internal sealed class OpenCalendar
{
    private readonly CalendarAccess _access;
    private readonly BusyTimes _busy;
    private readonly CalendarDelivery _delivery;
    private bool _delivering;

    public OpenCalendar(CalendarConnection connection, GoogleCalendar google, CalendarRows rows, TenantId tenant, Guid host, TimeProvider clock)
    {
        Connection = connection;
        _access = new CalendarAccess(google, connection.RefreshToken, clock);
        _busy = new BusyTimes(clock, Ask);
        _delivery = new CalendarDelivery(rows, tenant, host, clock);
    }

    public CalendarConnection Connection { get; }

    /// <summary>No access any more, and nothing is asked for.</summary>
    public bool IsOver => _access.IsOver;

    public DateTimeOffset? AsOf => _busy.AsOf;

    public string? LastError => _busy.LastError;

    /// <summary>What has turned out to be in the way; as it was when nothing has turned out since.</summary>
    public CalendarTrouble? TroubleAfter(CalendarTrouble? before) => this switch
    {
        { IsOver: true } => CalendarTrouble.Ended,
        { _busy.IsUnreadable: true } => CalendarTrouble.Unreadable,
        { _busy.IsUnreadable: false } => null,
        _ => before,
    };

    /// <param name="isOver">Known to be over already: bookings go on by what was said last.</param>
    public async Task<BusySnapshot> Busy(DateTimeOffset from, DateTimeOffset to, bool isOver)
    {
        if (isOver || IsOver)
            return _busy.Last(from, to);
        var snapshot = await _busy.Read(from, to);
        return IsOver ? _busy.Last(from, to) : snapshot;
    }

    public async Task Deliver()
    {
        if (_delivering || IsOver)
            return;
        _delivering = true;
        try
        {
            await _delivery.Deliver(_access, Connection.Writes);
        }
        finally
        {
            _delivering = false;
        }
    }

    public async Task<ImmutableArray<CalendarChoice>?> Calendars() =>
        await _access.Ask(_access.Google.Calendars) is GoogleAnswer<ImmutableArray<ListedCalendarName>>.Given { Value: var listed }
            ? [.. listed.Select(c => new CalendarChoice(c.Id, c.Name, c.IsPrimary, c.IsOwned, Connection.Reads.Contains(c.Id), Connection.Writes == c.Id))]
            : null;

    private async Task<GoogleAnswer<ImmutableArray<BusyPeriod>?>> Ask(DateTimeOffset from, DateTimeOffset to) =>
        Connection.Reads.Length == 0 ? new GoogleAnswer<ImmutableArray<BusyPeriod>?>.Given([]) : await _access.Ask(token => _access.Google.Busy(token, Connection.Reads, from, to));
}
