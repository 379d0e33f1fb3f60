using System.Collections.Immutable;
using Backsoon.Mail;
using Backsoon.Tenants;
using FsCheck;
using FsCheck.Fluent;

namespace Backsoon.Dispatch;

/// <summary>Random directories for chains that run on nothing but an instant: vendors with hours of all kinds, and rules that ask them in all ways.</summary>
internal sealed record World(ImmutableArray<Vendor> Vendors, ImmutableArray<RouteStep> Plan, int Repeat, bool Urgent, DateTimeOffset Start)
{
    public static readonly TenantSettings Settings = new(
        "Harbour Lettings", "Europe/Lisbon", new("property", "properties", "tenant"), new OwnerContact("Ana", EmailAddress.Parse("ana@example.com"), null), null, null, null, null, NotificationPreferences.Default);

    private static readonly Gen<OpeningHours> s_hours =
        from days in Gen.Choose(0, 6).NonEmptyListOf()
        from starts in Gen.Choose(0, 23).ListOf(7)
        from lengths in Gen.Choose(1, 12).ListOf(7)
        from holiday in Gen.Choose(-5, 12)
        select new OpeningHours(
            [.. days.Distinct().Select(day => new OpeningPeriod((DayOfWeek)day, new(starts[day] * 60, Math.Min(OpeningSpan.Day, (starts[day] + lengths[day]) * 60))))],
            [new(new DateOnly(2026, 3, 20).AddDays(holiday), new DateOnly(2026, 3, 22).AddDays(holiday), "Holiday", [])]);

    private static readonly Gen<TimeSpan> s_waits = Gen.Frequency((3, Gen.Choose(1, 90)), (1, Gen.Choose(60, 3000))).Select(minutes => TimeSpan.FromMinutes(minutes));

    // Around the night in which Lisbon's clocks go forward.
    public static readonly Gen<World> Any =
        from hours in s_hours.ListOf(4)
        from own in Gen.Elements(true, true, false).ListOf(4)
        let vendors = hours.Select((open, i) => new Vendor(Id(i), $"Vendor {i}", EmailAddress.Parse($"v{i}@example.com"), null, null, true, own[i] ? VendorDuty.Own : VendorDuty.Always, open)).ToImmutableArray()
        from plan in Steps(vendors)
        from repeat in Gen.Choose(1, 3)
        from urgent in Gen.Elements(true, false, false, false)
        from minutes in Gen.Choose(0, 14 * 24 * 60)
        select new World(vendors, plan, repeat, urgent, new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes));

    public Duties Duties => new(Settings, Vendors);

    public TimeSpan Bound => PolicyBound.Of(Plan, Repeat, Urgent, Duties, Start);

    public Chain Begun()
    {
        var chain = new Chain(Request(Plan, Start) with { Repeat = Repeat, Urgent = Urgent }, Duties, Start);
        chain.Begin();
        return chain;
    }

    public static Request Request(ImmutableArray<RouteStep> plan, DateTimeOffset now) => new()
    {
        Tenant = new("tenant_1"), Id = Guid.CreateVersion7(now), Reference = "AAA-AAA", ReceivedAt = now, Subject = null, SubjectLabel = null, SubjectReference = null, Category = Guid.Empty, CategoryName = "Leak", Urgent = false,
        CallerName = "Tom", CallerPhone = "1", CallerEmail = null, Text = "Drip", Fingerprint = [], Plan = plan,
    };

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static Gen<ImmutableArray<RouteStep>> Steps(ImmutableArray<Vendor> vendors)
    {
        var step = from asked in Gen.Elements(vendors.AsEnumerable()).NonEmptyListOf()
                   from wait in s_waits
                   from start in Gen.Elements(StepStart.Now, StepStart.OnDuty, StepStart.OnDuty)
                   from counts in Gen.Elements(true, false)
                   select new RouteStep([.. asked.DistinctBy(vendor => vendor.Id)], wait, start, counts);
        return Gen.Choose(0, 4).SelectMany(length => step.ListOf(length)).Select(steps => steps.ToImmutableArray());
    }
}
