using System.Text;
using Backsoon.Dispatch;
using Backsoon.Tenants;

namespace Backsoon.Booking;

[GrainType("bookings"), StatelessWorker]
public sealed class BookingsGrain(AppointmentLists lists, BookingMails mails, TimeProvider clock) : Grain, IBookingsGrain
{
    private const int MaxTake = 200;
    private const int Rows = 200;
    private const int Piece = 96 * 1024;
    private static readonly TimeSpan s_feedPast = TimeSpan.FromDays(30);

    private TenantScope Scope => GrainFactory.For(new TenantId(this.GetPrimaryKeyString()["bookings/".Length..]));

    public async Task<Agenda> Agenda(DateTimeOffset from, DateTimeOffset to, Guid? host)
    {
        var appointments = await lists.Touching(Scope.Id, from, to, host, Booking.Agenda.Most + 1);
        var blocks = await lists.Blocks(Scope.Id, from, to, host, Booking.Agenda.Most);
        return new Agenda([.. appointments.Take(Booking.Agenda.Most)], [.. blocks], appointments.Count > Booking.Agenda.Most);
    }

    public async Task<AppointmentPage> List(AppointmentQuery query)
    {
        var take = Math.Clamp(query.Take, 1, MaxTake);
        var rows = await lists.Page(Scope.Id, query, clock.GetUtcNow(), take + 1);
        return new AppointmentPage([.. rows.Take(take)], rows.Count > take ? new AppointmentCursor(rows[take - 1].Start, rows[take - 1].Id) : null);
    }

    public Task<int> Ahead() => lists.Ahead(Scope.Id, clock.GetUtcNow());

    public async Task<BookingPiece> Export(AppointmentCursor? after)
    {
        var rows = await lists.After(Scope.Id, after, null, null, Rows);
        var text = new StringBuilder();
        if (after is null)
        {
            text.Append(Csv.ByteOrderMark);
            Csv.Append(text, ExportedAppointment.Columns);
        }

        return Written(text, rows, row => Csv.Append(text, ExportedAppointment.Cells(row)), _ => { });
    }

    public async Task<BookingPiece?> Feed(Guid host, int feed, AppointmentCursor? after)
    {
        if (await Scope.Booking().Look() is not { } view || view.Host(host) is not { Feed: > 0 } known || known.Feed != feed)
            return null;
        var now = clock.GetUtcNow();
        var rows = await lists.After(Scope.Id, after, now - s_feedPast, host, Rows);
        var events = new Dictionary<Guid, AppointmentFacts>();
        foreach (var row in rows)
            events[row.Id] = await mails.Event(view.Profile, row, now);
        var text = new StringBuilder();
        if (after is null)
            Ics.BeginFeed(text, $"{known.Name}, {view.Profile.Settings.BusinessName}");
        return Written(text, rows, row => Ics.FeedEvent(text, events[row.Id]), Ics.End);
    }

    // Longer texts make a shorter piece.
    private static BookingPiece Written(StringBuilder text, List<Appointment> rows, Action<Appointment> write, Action<StringBuilder> end)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            write(rows[i]);
            if (text.Length >= Piece && i < rows.Count - 1)
                return new BookingPiece(Encoding.UTF8.GetBytes(text.ToString()), new AppointmentCursor(rows[i].Start, rows[i].Id));
        }

        var next = rows.Count == Rows ? new AppointmentCursor(rows[^1].Start, rows[^1].Id) : null;
        if (next is null)
            end(text);
        return new BookingPiece(Encoding.UTF8.GetBytes(text.ToString()), next);
    }
}
