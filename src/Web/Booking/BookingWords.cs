using System.Globalization;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>Appointments in words: how long, where, when, and why not.</summary>
public static class BookingWords
{
    /// <summary>All of it: "45 minutes", "1 hour 30 minutes", "2 days".</summary>
    public static string Lasting(TimeSpan time)
    {
        var parts = new[] { Count((int)time.TotalDays, "day"), Count(time.Hours, "hour"), Count(time.Minutes, "minute") }.OfType<string>();
        return string.Join(' ', parts) is { Length: > 0 } words ? words : "no time";
    }

    /// <summary>As its guest reads it; empty when nothing was said.</summary>
    public static string WhereForGuest(Place place, string host) => place switch
    {
        { Kind: PlaceKind.Phone, Text: "" } => $"By telephone: {host} calls you",
        { Kind: PlaceKind.Phone, Text: var number } => $"By telephone: {number}",
        { Kind: PlaceKind.Video, Text: "" } => "By video: you get the link before",
        { Kind: PlaceKind.Video, Text: var link } => $"By video: {link}",
        _ => place.Text,
    };

    /// <summary>As the business reads it.</summary>
    public static string Where(Place place) => place switch
    {
        { Kind: PlaceKind.Phone, Text: "" } => "By telephone: you call the guest",
        { Kind: PlaceKind.Phone, Text: var number } => $"By telephone: the guest calls {number}",
        { Kind: PlaceKind.Video, Text: "" } => "By video: you send the link",
        { Kind: PlaceKind.Video, Text: var link } => $"By video: {link}",
        { Text: "" } => "No place is named",
        _ => place.Text,
    };

    public static (string Word, string Class) Status(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Booked => ("Booked", "ok"),
        AppointmentStatus.Cancelled => ("Cancelled", "off"),
        AppointmentStatus.NoShow => ("Did not come", "failed"),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    /// <summary>"Monday 8 January, 14:00–14:30"; an end on another day has its own.</summary>
    public static string Span(DateTimeOffset start, DateTimeOffset end, string zoneId, DateTimeOffset now) =>
        $"{LocalTime.Of(start, zoneId, now)}–{(LocalTime.Date(start, zoneId) == LocalTime.Date(end, zoneId) ? LocalTime.Clock(end, zoneId) : LocalTime.Of(end, zoneId, now))}";

    /// <summary>How far the clocks there are from UTC at that instant, which tells an hour that comes twice apart: "UTC+01:00".</summary>
    public static string Offset(DateTimeOffset instant, string zoneId)
    {
        var offset = NodaTime.DateTimeZoneProviders.Tzdb[zoneId].GetUtcOffset(NodaTime.Instant.FromDateTimeOffset(instant)).ToTimeSpan();
        return $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset.Duration().ToString(@"hh\:mm", CultureInfo.InvariantCulture)}";
    }

    /// <summary>Why a time is not offered, said to the business.</summary>
    /// <param name="host">Their name.</param>
    public static string Why(SlotAnswer answer, Service service, string host) => answer.Reason switch
    {
        SlotReason.Free => "It is offered: guests can book it now.",
        SlotReason.Inactive => $"Booking, {service.Name} or {host} is switched off, or {host} does not do {service.Name}.",
        SlotReason.TooSoon => $"It is too soon: guests book {service.Name} at least {Lasting(service.MinNotice)} before.",
        SlotReason.TooFar => $"It is too far ahead: guests book {service.Name} at most {Days(service.MaxDays)} ahead.",
        SlotReason.Away => "You are away then, and guests cannot book while you are.",
        SlotReason.Holiday => $"It is a holiday of your business: {answer.Name}.",
        SlotReason.Override => $"The hours of {host} are different that day: {answer.Name}.",
        SlotReason.OutsideHours => $"It is outside the hours of {host}, or the whole {Lasting(service.Length)} do not fit into them.",
        SlotReason.NotOnStep => $"It is within the hours, but no appointment starts then: starts are {Lasting(service.Step)} apart.",
        SlotReason.Blocked => $"You keep that time of {host} free.",
        SlotReason.SeatsFull => $"All {service.Seats} seats are taken.",
        SlotReason.Taken => $"{host} has another appointment then.",
        SlotReason.Buffer => "It is too close to another appointment: one of the two keeps time free before or after itself.",
        SlotReason.Held => "Somebody is filling in the form for it now. It is free again in a few minutes, unless they book it.",
        SlotReason.DailyCap => $"{host} has as many of these on that day as you allow: {service.DailyCap}.",
        SlotReason.CalendarBusy => $"{host} is busy then, by the calendar that is connected.",
        SlotReason.CalendarUnknown => $"The calendar that {host} connected does not answer, so nothing is offered until it does.",
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer.Reason, null),
    };

    public static string Days(int days) => days == 1 ? "1 day" : $"{days} days";

    private static string? Count(int count, string unit) => count switch { 0 => null, 1 => $"1 {unit}", _ => $"{count} {unit}s" };
}
