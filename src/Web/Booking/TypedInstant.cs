using System.Globalization;
using Backsoon.Shared;
using NodaTime;

namespace Backsoon.Booking;

/// <summary>A day and a time as a browser's field sends them, on the clocks of a zone.</summary>
public static class TypedInstant
{
    private const string Format = "yyyy-MM-dd'T'HH:mm";

    /// <summary>Null when it is none, and then <paramref name="errors"/> say why. Of an hour that comes twice it is the first.</summary>
    public static DateTimeOffset? Read(FormErrors errors, string field, string typed, string zoneId)
    {
        if (!DateTime.TryParseExact(typed, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) || wall.Year is <= 2000 or >= 2200)
        {
            errors.Add(field, "Type a day and a time, like 2026-01-08T08:00.");
            return null;
        }

        var mapping = DateTimeZoneProviders.Tzdb[zoneId].MapLocal(LocalDateTime.FromDateTime(wall));
        if (mapping.Count > 0)
            return mapping.First().ToInstant().ToDateTimeOffset();
        errors.Add(field, "This time does not exist: the clocks go forward then.");
        return null;
    }

    public static string Write(DateTimeOffset at, string zoneId) => Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zoneId]).ToDateTimeUnspecified().ToString(Format, CultureInfo.InvariantCulture);
}
