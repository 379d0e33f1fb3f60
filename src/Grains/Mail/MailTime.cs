using System.Globalization;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;

namespace Backsoon.Mail;

/// <summary>An instant as people of a place say it: "14:22 on Monday, 8 January (Lisbon time)".</summary>
public static class MailTime
{
    private static readonly LocalDateTimePattern s_pattern = LocalDateTimePattern.Create("HH:mm 'on' dddd, d MMMM", CultureInfo.InvariantCulture);

    public static string Say(DateTimeOffset at, string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId) ?? DateTimeZone.Utc;
        var place = zone == DateTimeZone.Utc ? "UTC" : $"{zone.Id[(zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ')} time";
        return $"{s_pattern.Format(at.ToInstant().InZone(zone).LocalDateTime)} ({place})";
    }
}
