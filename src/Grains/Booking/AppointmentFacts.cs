using System.Globalization;
using Backsoon.Mail;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;

namespace Backsoon.Booking;

/// <summary>What every mail about an appointment tells, whoever reads it.</summary>
/// <param name="Organizer">The installation's own address: a calendar wants one, and the host's is not everybody's to have.</param>
/// <param name="ToldAt">When that was so.</param>
/// <param name="Url">The reader's page of it.</param>
public sealed record AppointmentFacts(string Business, Appointment Appointment, EmailAddress Organizer, DateTimeOffset ToldAt, string Url)
{
    private static readonly LocalDateTimePattern s_day = LocalDateTimePattern.Create("dddd, d MMMM uuuu, HH:mm", CultureInfo.InvariantCulture);
    private static readonly LocalDateTimePattern s_time = LocalDateTimePattern.Create("HH:mm", CultureInfo.InvariantCulture);
    private static readonly OffsetPattern s_offset = OffsetPattern.Create("+HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"Lesson with Ana".</summary>
    public string Title => $"{Appointment.ServiceName} with {Appointment.HostName}";

    /// <summary>As the guest's clock has it.</summary>
    public string GuestTime => Say(Appointment.Start, Appointment.End, Appointment.Guest.ZoneId);

    public string HostTime => Say(Appointment.Start, Appointment.End, Appointment.HostZoneId);

    public string Where => Appointment.Place switch
    {
        { Kind: PlaceKind.Phone, Text: "" } => Appointment.Guest.Phone is { } phone ? $"{Appointment.HostName} calls you: {phone}" : $"{Appointment.HostName} calls you",
        { Kind: PlaceKind.Phone, Text: var number } => $"By telephone: {number}",
        var place => place.Text,
    };

    /// <summary>An hour that comes twice is told apart by its distance from UTC: "Monday, 8 January 2026, 14:00–14:30 (Lisbon time, UTC+00:00)".</summary>
    public static string Say(DateTimeOffset start, DateTimeOffset end, string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId) ?? DateTimeZone.Utc;
        var from = start.ToInstant().InZone(zone);
        var place = zone == DateTimeZone.Utc ? "" : $"{zone.Id[(zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ')} time, ";
        return $"{s_day.Format(from.LocalDateTime)}–{s_time.Format(end.ToInstant().InZone(zone).LocalDateTime)} ({place}UTC{s_offset.Format(from.Offset)})";
    }

    public IEnumerable<EmailFact> ForGuest()
    {
        yield return new("When", GuestTime);
        if (HostTime != GuestTime)
            yield return new("For " + Appointment.HostName, HostTime);
        if (Where.Length > 0)
            yield return new("Where", Where);
        if (Appointment.Price is { } price)
            yield return new("Price", price);
        yield return new("Number", Appointment.Reference);
    }

    public IEnumerable<EmailFact> ForHost()
    {
        yield return new("When", HostTime);
        if (HostTime != GuestTime)
            yield return new("For " + Appointment.Guest.Name, GuestTime);
        yield return new("Guest", Appointment.Guest.Name);
        if (Appointment.Guest.Email is { } email)
            yield return new("Mail", email.Value, $"mailto:{email}");
        if (Appointment.Guest.Phone is { Length: > 0 } phone)
            yield return new("Telephone", phone);
        foreach (var answer in Appointment.Guest.Answers)
            yield return new(answer.Label, answer.Text);
        yield return new("Number", Appointment.Reference);
    }

    public static AppointmentFacts Example(AppointmentStatus status = AppointmentStatus.Booked) => new(
        "Harbour Lettings",
        new Appointment(
            Guid.Empty, "4KQ-27X", Guid.Empty, "Flat viewing", Guid.Empty, "Ana Reis", "Europe/Lisbon", new(2026, 1, 8, 14, 0, 0, TimeSpan.Zero), new(2026, 1, 8, 14, 30, 0, TimeSpan.Zero), status,
            new Guest("Tom Baker", EmailAddress.Parse("tom@example.com"), "+351 910 000 001", "We come with a dog.", [new("How many come?", "Two")], "Europe/Madrid"), new Place(PlaceKind.Address, "14 Elm Street, Lisbon"), "free", 1, 1,
            new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero), null, null, null, status == AppointmentStatus.Cancelled ? "I have fallen ill." : null, null, TimeSpan.FromHours(24), 0, 0),
        EmailAddress.Parse("desk@example.com"), new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero), "https://harbour.example.com/a/example");
}
