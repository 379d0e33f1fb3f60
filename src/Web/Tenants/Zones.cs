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

    /// <summary>A place as it is written today: browsers still say "Asia/Katmandu" and "Asia/Calcutta".</summary>
    public static string Current(string id) => s_all.Any(zone => zone.Value == id) ? id : TzdbDateTimeZoneSource.Default.CanonicalIdMap.TryGetValue(id, out var today) ? today : id;

    /// <summary>All of them, and the current one if it is written in an older way.</summary>
    public static IEnumerable<Option> With(string current) =>
        s_all.Any(zone => zone.Value == current) || !LocalTime.IsZone(current) ? s_all : s_all.Prepend(new Option(current, current.Replace('_', ' ')));
}
