using System.Collections.Immutable;
using Backsoon.Tenants;
using NodaTime;

namespace Backsoon.Dispatch;

/// <summary>Looks for the times at which nobody would be there, and for rules that name nobody who can be asked.</summary>
internal static class Coverages
{
    private const int Days = 7;
    private const int HalfHours = 48;

    public static Coverage Of(DirectorySnapshot directory, TenantSettings settings, DateTimeOffset now)
    {
        ImmutableArray<Vendor> named = [.. directory.Named()];
        var categories = directory.Categories.Where(category => category.Active).Select(category => (Category: category, Rule: directory.RuleFor(null, category.Id))).ToArray();
        var instants = Instants(settings.ZoneId, now);
        var there = named.Where(vendor => vendor.Active).ToDictionary(vendor => vendor.Id, vendor => There(vendor, settings, instants));
        var covered = categories.Where(c => c.Rule is not null)
            .Select(c => (c.Category, Nobody: Enumerable.Range(0, instants.Length).Select(slot => !c.Rule!.Steps.Any(step => step.Vendors.Any(id => there.TryGetValue(id, out var hours) && hours[slot]))).ToArray())).ToArray();
        var today = Instant.FromDateTimeOffset(now).InZone(Zone(settings.ZoneId)).Date;
        return new Coverage(
            [
                .. categories.Where(c => c.Rule is null).Select(c => new CoverageHole(CoverageHoleKind.NoRule, c.Category.Id, c.Category.Name)),
                .. covered.Where(c => c.Nobody.Any(nobody => nobody)).Select(c => new CoverageHole(CoverageHoleKind.NobodyOnDuty, c.Category.Id, c.Category.Name)),
                .. named.Where(vendor => !vendor.Active).Select(vendor => new CoverageHole(CoverageHoleKind.SwitchedOff, vendor.Id, vendor.Name)),
                .. named.Where(vendor => vendor.Active && vendor.UnavailableUntil > now).Select(vendor => new CoverageHole(CoverageHoleKind.Unavailable, vendor.Id, vendor.Name)),
            ],
            [
                .. Enumerable.Range(0, Days).Select(day => new CoverageDay(today.PlusDays(day).ToDateOnly(), [.. Enumerable.Range(day * HalfHours, HalfHours).Select(slot => covered.Where(c => c.Nobody[slot]).Select(c => c.Category.Name).ToImmutableArray())])),
            ],
            [.. named.Where(vendor => vendor.Active)]);
    }

    private static bool[] There(Vendor vendor, TenantSettings settings, DateTimeOffset[] instants)
    {
        var time = new OpenTime(vendor.DutyHours(settings.Hours), settings.ZoneId);
        return Array.ConvertAll(instants, at => time.IsOpen(at) && !(vendor.UnavailableUntil > at));
    }

    // A half hour that the clock skips is looked at where it would have been.
    private static DateTimeOffset[] Instants(string zoneId, DateTimeOffset now)
    {
        var zone = Zone(zoneId);
        var midnight = Instant.FromDateTimeOffset(now).InZone(zone).Date.AtMidnight();
        return [.. Enumerable.Range(0, Days * HalfHours).Select(slot => midnight.PlusMinutes(slot * 30).InZoneLeniently(zone).ToDateTimeOffset())];
    }

    private static DateTimeZone Zone(string zoneId) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId) ?? DateTimeZone.Utc;
}
