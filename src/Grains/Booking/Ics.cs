using System.Globalization;
using System.Text;
using Backsoon.Mail;

namespace Backsoon.Booking;

/// <summary>Appointments as calendar programs read them (RFC 5545, and RFC 5546 for what a mail asks of them): instants in UTC, lines of at most 75 octets.</summary>
public static class Ics
{
    private const int LongestLine = 75;

    /// <summary>What a guest's program does with it: add or change the event by its UID and SEQUENCE, or take it out.</summary>
    public static string Method(Appointment appointment) => appointment.Status == AppointmentStatus.Cancelled ? "CANCEL" : "REQUEST";

    public static string Of(AppointmentFacts facts)
    {
        var text = new StringBuilder(1024);
        Begin(text, Method(facts.Appointment));
        Event(text, facts, withGuest: true, facts.Title, Description(facts));
        End(text);
        return text.ToString();
    }

    public static CalendarPart PartOf(AppointmentFacts facts) => new(Method(facts.Appointment), Of(facts));

    /// <summary>The head of a calendar to subscribe to.</summary>
    public static void BeginFeed(StringBuilder text, string name)
    {
        Begin(text, "PUBLISH");
        Line(text, "X-WR-CALNAME", name);
        text.Append("REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n");
    }

    /// <summary>An event of a calendar to subscribe to: a copy for the host, who is asked nothing.</summary>
    public static void FeedEvent(StringBuilder text, AppointmentFacts facts) =>
        Event(text, facts, withGuest: false, $"{facts.Appointment.ServiceName}: {facts.Appointment.Guest.Name}", string.Join('\n', facts.ForHost().Skip(1).Select(fact => $"{fact.Name}: {fact.Value}").Append(facts.Appointment.Guest.Note ?? "")));

    public static void End(StringBuilder text) => text.Append("END:VCALENDAR\r\n");

    private static void Begin(StringBuilder text, string method) => text.Append("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Backsoon//Booking//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:").Append(method).Append("\r\n");

    private static void Event(StringBuilder text, AppointmentFacts facts, bool withGuest, string summary, string description)
    {
        var appointment = facts.Appointment;
        text.Append("BEGIN:VEVENT\r\n");
        // Under the organizer's domain, so that no two installations call two events alike.
        Line(text, "UID", $"{appointment.Id:n}@{facts.Organizer.Domain}", escape: false);
        text.Append($"SEQUENCE:{appointment.Sequence}\r\nDTSTAMP:{Utc(facts.ToldAt)}\r\nDTSTART:{Utc(appointment.Start)}\r\nDTEND:{Utc(appointment.End)}\r\n");
        text.Append(appointment.Status == AppointmentStatus.Cancelled ? "STATUS:CANCELLED\r\n" : "STATUS:CONFIRMED\r\n");
        Line(text, "SUMMARY", summary);
        Line(text, "DESCRIPTION", description);
        if (facts.Where.Length > 0)
            Line(text, "LOCATION", facts.Where);
        if (withGuest)
        {
            Line(text, $"ORGANIZER;CN={Parameter(facts.Business)}", $"mailto:{facts.Organizer}", escape: false);
            if (appointment.Guest.Email is { } email)
                Line(text, $"ATTENDEE;CN={Parameter(appointment.Guest.Name)};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE", $"mailto:{email}", escape: false);
        }

        text.Append("END:VEVENT\r\n");
    }

    private static string Description(AppointmentFacts facts) => string.Join('\n', facts.ForGuest().Select(fact => $"{fact.Name}: {fact.Value}").Append(facts.Url));

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    // A parameter knows no escapes: what would end it is left out.
    private static string Parameter(string value) => $"\"{EmailText.OneLine(value).Replace('"', '\'')}\"";

    private static string Escaped(string value) =>
        EmailText.Plain(value).Trim('\n').Replace('\t', ' ').Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // Folded between characters, never inside one.
    private static void Line(StringBuilder text, string name, string value, bool escape = true)
    {
        var octets = 0;
        foreach (var rune in $"{name}:{(escape ? Escaped(value) : value)}".EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LongestLine)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
