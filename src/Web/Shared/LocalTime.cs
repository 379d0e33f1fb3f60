using System.Globalization;
using NodaTime;

namespace Backsoon.Shared;

/// <summary>Instants as people of a place say them. Every page says once whose place it is.</summary>
public static class LocalTime
{
    private static readonly CultureInfo s_english = CultureInfo.InvariantCulture;

    /// <summary>"Monday 8 January, 14:02"; with the year when <paramref name="now"/> is in another.</summary>
    public static string Of(DateTimeOffset instant, string zoneId, DateTimeOffset? now = null) => $"{Day(instant, zoneId, now)}, {Clock(instant, zoneId)}";

    /// <summary>"Monday 8 January"; with the year when <paramref name="now"/> is in another.</summary>
    public static string Day(DateTimeOffset instant, string zoneId, DateTimeOffset? now = null)
    {
        var local = In(instant, zoneId);
        return local.ToString(now is { } n && In(n, zoneId).Year != local.Year ? "dddd d MMMM yyyy" : "dddd d MMMM", s_english);
    }

    /// <summary>"14:02" on the same day, "Yesterday, 14:02", else "Mon 8 Jan, 14:02".</summary>
    /// <param name="inside">Whether it stands within a sentence: "yesterday, 14:02".</param>
    public static string Short(DateTimeOffset instant, string zoneId, DateTimeOffset now, bool inside = false)
    {
        var local = In(instant, zoneId);
        var today = In(now, zoneId);
        var clock = Clock(instant, zoneId);
        return (today.Date - local.Date).Days switch
        {
            0 => clock,
            1 => $"{(inside ? "yesterday" : "Yesterday")}, {clock}",
            _ => $"{local.ToString(local.Year == today.Year ? "ddd d MMM" : "ddd d MMM yyyy", s_english)}, {clock}",
        };
    }

    /// <summary>"14:02".</summary>
    public static string Clock(DateTimeOffset instant, string zoneId) => In(instant, zoneId).ToString("HH:mm", s_english);

    /// <summary>The day of the calendar there.</summary>
    public static DateOnly Date(DateTimeOffset instant, string zoneId) => DateOnly.FromDateTime(In(instant, zoneId).DateTime);

    /// <summary>When a day begins there: midnight, or the first moment after a midnight that the clocks skip.</summary>
    public static DateTimeOffset StartOf(DateOnly day, string zoneId) => DateTimeZoneProviders.Tzdb[zoneId].AtStartOfDay(LocalDate.FromDateOnly(day)).ToInstant().ToDateTimeOffset();

    /// <summary>The whole instant: "Monday 8 January 2024, 14:02:33, Europe/Lisbon (UTC+00:00)".</summary>
    public static string Full(DateTimeOffset instant, string zoneId)
    {
        var local = In(instant, zoneId);
        return $"{local.ToString("dddd d MMMM yyyy, HH:mm:ss", s_english)}, {zoneId} (UTC{local.ToString("zzz", s_english)})";
    }

    /// <summary>For the <c>datetime</c> attribute.</summary>
    public static string Machine(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", s_english);

    /// <summary>"under a minute", "9 minutes", "3 hours", "2 days": the largest whole unit.</summary>
    public static string Lasting(TimeSpan span) => span.Duration() switch
    {
        { TotalMinutes: < 1 } => "under a minute",
        { TotalMinutes: < 60 } d => Count((int)d.TotalMinutes, "minute"),
        { TotalHours: < 48 } d => Count((int)d.TotalHours, "hour"),
        var d => Count((int)d.TotalDays, "day"),
    };

    /// <summary>The zone as people say it: "Lisbon time".</summary>
    public static string Place(string zoneId) => zoneId is "UTC" or "Etc/UTC" ? "UTC" : $"{zoneId[(zoneId.LastIndexOf('/') + 1)..].Replace('_', ' ')} time";

    public static bool IsZone(string zoneId) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId) is not null;

    private static string Count(int count, string unit) => count == 1 ? $"1 {unit}" : $"{count} {unit}s";

    private static DateTimeOffset In(DateTimeOffset instant, string zoneId) =>
        Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb[zoneId]).ToDateTimeOffset();
}
