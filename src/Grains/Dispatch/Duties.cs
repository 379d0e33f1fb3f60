using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Who can be asked when, by what the directory says now.</summary>
public sealed class Duties
{
    private readonly Dictionary<Guid, (Vendor Vendor, OpenTime Time)> _vendors;

    /// <param name="away">The owner's absence that is on.</param>
    public Duties(TenantSettings settings, IEnumerable<Vendor> vendors, Absence? away = null, Vendor? standIn = null)
    {
        (Settings, Away, StandIn) = (settings, away, standIn);
        _vendors = (standIn is null ? vendors : vendors.Append(standIn)).DistinctBy(vendor => vendor.Id).ToDictionary(vendor => vendor.Id, vendor => (vendor, new OpenTime(vendor.DutyHours(settings.Hours), settings.ZoneId)));
    }

    public TenantSettings Settings { get; }

    public Absence? Away { get; }

    public Vendor? StandIn { get; }

    public static Duties Of(Roster roster) => new(roster.Profile.Settings, roster.Vendors, roster.Away, roster.StandIn);

    public static Duties Of(RoutePlan plan) => new(plan.Profile.Settings, plan.Steps.SelectMany(step => step.Vendors), plan.Away, plan.StandIn);

    public OpenTime Time(Guid vendor) => _vendors.TryGetValue(vendor, out var known) ? known.Time : new OpenTime(null, Settings.ZoneId);

    /// <summary>The number of a vendor's personal link; null while they have none.</summary>
    public int? Link(Guid vendor) => _vendors.TryGetValue(vendor, out var known) && known.Vendor.Link > 0 ? known.Vendor.Link : null;

    public Duty Of(Guid vendor, DateTimeOffset at)
    {
        if (!_vendors.TryGetValue(vendor, out var known) || !known.Vendor.Active)
            return new Duty(DutyKind.SwitchedOff, null);
        if (known.Vendor.UnavailableUntil is { } until && until > at)
            return new Duty(DutyKind.Unavailable, until);
        if (known.Time.IsAlways)
            return new Duty(DutyKind.OnDuty, null);
        foreach (var (start, end) in known.Time.Spans(at))
            return start <= at ? new Duty(DutyKind.OnDuty, end) : new Duty(DutyKind.OffDuty, start);
        return new Duty(DutyKind.NeverOnDuty, null);
    }

    /// <summary>Why somebody is passed over.</summary>
    public string Reason(Duty duty) => duty switch
    {
        { Kind: DutyKind.SwitchedOff } => "Switched off in the directory.",
        { Kind: DutyKind.Unavailable, At: { } until } => $"Not available until {MailTime.Say(until, Settings.ZoneId)}.",
        { Kind: DutyKind.OffDuty, At: { } opening } => $"Not on duty until {MailTime.Say(opening, Settings.ZoneId)}.",
        { Kind: DutyKind.NeverOnDuty } => "Their hours have no time on duty.",
        _ => throw new ArgumentOutOfRangeException(nameof(duty), duty, null),
    };

    /// <summary>"Rivera Plumbing, Cole &amp; Sons and Keystone Locks".</summary>
    public static string Names(IEnumerable<Vendor> vendors) => vendors.Select(vendor => vendor.Name).ToImmutableArray() switch
    {
        [] => "",
        [var one] => one,
        [.. var first, var last] => $"{string.Join(", ", first)} and {last}",
    };
}
