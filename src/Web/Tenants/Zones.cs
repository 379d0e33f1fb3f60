using Backsoon.Shared;
using NodaTime.TimeZones;

namespace Backsoon.Tenants;

/// <summary>The time zones of the world, as the settings offer them.</summary>
public static class Zones
{
    private static readonly Option[] s_all =
    [
        new("UTC", "UTC"),
        .. TzdbDateTimeZoneSource.Default.ZoneLocations!.Select(location => location.ZoneId).Distinct().Order(StringComparer.Ordinal).Select(id => new Option(id, id.Replace('_', ' '))),
    ];

    /// <summary>All of them, and the current one if it is written in an older way.</summary>
    public static IEnumerable<Option> With(string current) =>
        s_all.Any(zone => zone.Value == current) || !LocalTime.IsZone(current) ? s_all : s_all.Prepend(new Option(current, current.Replace('_', ' ')));
}
