using Backsoon.Mail;
using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Booking;

/// <summary>An appointment as a row of CSV; times are the host's.</summary>
internal static class ExportedAppointment
{
    public static readonly string[] Columns =
        ["Number", "Start", "End", "Zone", "Service", "Host", "Status", "Guest", "Mail", "Telephone", "Guest's note", "Answers", "Price", "Booked at", "Booked by", "Cancelled at", "Cancelled by", "Cancellation note", "Note"];

    public static string?[] Cells(Appointment a)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(a.HostZoneId) ?? DateTimeZone.Utc;
        return
        [
            a.Reference, Say(a.Start), Say(a.End), a.HostZoneId, a.ServiceName, a.HostName,
            a.Status switch { AppointmentStatus.Booked => "Booked", AppointmentStatus.Cancelled => "Cancelled", AppointmentStatus.NoShow => "Did not come", _ => throw new System.Diagnostics.UnreachableException() },
            a.Guest.Name, a.Guest.Email?.Value, a.Guest.Phone, a.Guest.Note, string.Join("\n", a.Guest.Answers.Select(answer => EmailText.Labelled(answer.Label, answer.Text))), a.Price,
            Say(a.BookedAt), a.BookedBy ?? "Guest", a.CancelledAt is { } at ? Say(at) : null, a.CancelledAt is null ? null : a.CancelledBy ?? "Guest", a.CancelNote, a.OwnerNote,
        ];

        string Say(DateTimeOffset instant) => instant.ToInstant().InZone(zone).ToString("uuuu-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }
}
