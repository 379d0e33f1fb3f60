using Backsoon.Shared;
using Backsoon.Tenants;

namespace Backsoon.Booking;

/// <summary>Times and refusals as guests read them.</summary>
public static class GuestWords
{
    /// <summary>Why a time they chose is not to be had, as a whole sentence.</summary>
    public static string Why(SlotReason why, string business) => why switch
    {
        SlotReason.Held => "Somebody else is filling in the form for this time at the moment.",
        SlotReason.Taken or SlotReason.SeatsFull or SlotReason.Buffer or SlotReason.DailyCap => "Somebody else has just taken this time.",
        SlotReason.TooSoon => "It is too late to book this time: it begins too soon.",
        SlotReason.TooFar => "This time is further ahead than can be booked.",
        SlotReason.Away => $"{business} is away then.",
        SlotReason.CalendarUnknown => $"The calendar of {business} does not answer at the moment, so no time can be given away. Try again in a few minutes.",
        SlotReason.Inactive => "This is not offered any more.",
        _ => "This time is not free any more.",
    };

    /// <summary>"Monday 8 January, 14:00–14:30, Madrid time".</summary>
    public static string When(DateTimeOffset start, DateTimeOffset end, string zoneId, DateTimeOffset now) =>
        $"{BookingWords.Span(start, end, zoneId, now)}, {Zone(start, zoneId)}";

    /// <summary>The zone, with its distance from UTC where that tells more: "Madrid time (UTC+01:00)".</summary>
    public static string Zone(DateTimeOffset at, string zoneId) => LocalTime.Place(zoneId) is var place && place == "UTC" ? place : $"{place} ({BookingWords.Offset(at, zoneId)})";

    /// <summary>What both clocks say at that instant when they differ; null when they do not.</summary>
    public static string? OtherClock(DateTimeOffset at, string zoneId, string otherZoneId) =>
        BookingWords.Offset(at, zoneId) == BookingWords.Offset(at, otherZoneId) ? null : LocalTime.Clock(at, otherZoneId);

    /// <summary>Who is away when, said to somebody who looks for a time; null when nobody is from now on.</summary>
    public static string? Away(TenantProfile profile, DateTimeOffset now) => profile.AwayAt(now) switch
    {
        null => null,
        { Until: { } until } => $"{profile.Settings.BusinessName} is away and back on {LocalTime.Day(until, profile.Settings.ZoneId, now)}.",
        _ => $"{profile.Settings.BusinessName} is away at the moment.",
    };
}
