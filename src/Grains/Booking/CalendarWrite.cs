using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>What a host's calendar elsewhere is to be told of one appointment. It commits with the appointment and goes out afterwards, the newest sequence being the one that counts.</summary>
/// <param name="Host">Whose calendar.</param>
/// <param name="Appointment">The event's id is made of it, so that telling it twice makes one event.</param>
/// <param name="Sequence">Rises with every change of the appointment; 0 is the booking itself.</param>
/// <param name="Location">The address, the telephone number or the link of the video call; null when there is nothing to say.</param>
/// <param name="ZoneId">The host's, IANA.</param>
/// <param name="GuestEmail">Whom Google invites; null when the guest gave no address, or learns of it by our own mails.</param>
public sealed record CalendarWrite(
    TenantId Tenant, Guid Host, Guid Appointment, int Sequence, CalendarWriteKind Kind, string Title, string Description, string? Location, DateTimeOffset Start, DateTimeOffset End, string ZoneId,
    string GuestName, EmailAddress? GuestEmail)
{
    /// <summary>The appointment as it stands in its host's calendar: who comes, how to reach them, what they said (R21).</summary>
    internal static CalendarWrite Put(TenantId tenant, Appointment appointment)
    {
        var guest = appointment.Guest;
        (string Label, string? Text)[] lines = [("Telephone", guest.Phone), ("Mail", guest.Email?.Value), ("Note", guest.Note), .. guest.Answers.Select(answer => (answer.Label, (string?)answer.Text)), ("Number", appointment.Reference)];
        return new(
            tenant, appointment.Host, appointment.Id, appointment.Sequence, CalendarWriteKind.Put, $"{appointment.ServiceName}: {guest.Name}",
            string.Join('\n', lines.Where(line => !string.IsNullOrEmpty(line.Text)).Select(line => EmailText.Labelled(line.Label, line.Text!))),
            appointment.Place.Text is { Length: > 0 } place ? place : null, appointment.Start, appointment.End, appointment.HostZoneId, guest.Name, appointment.Calendar == GuestCalendar.Google ? guest.Email : null);
    }

    /// <param name="host">Who had it; it may be with another by now.</param>
    internal static CalendarWrite Delete(TenantId tenant, Appointment appointment, Guid host) => Put(tenant, appointment) with { Host = host, Kind = CalendarWriteKind.Delete };
}

/// <summary>Numbers are on disk.</summary>
public enum CalendarWriteKind
{
    Put = 0,
    Delete = 1,
}
