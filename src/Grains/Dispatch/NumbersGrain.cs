using Backsoon.Storage;
using Backsoon.Tenants;
using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Dispatch;

[GrainType("numbers")]
public sealed class NumbersGrain(Ledger ledger, TimeProvider clock) : Grain, INumbersGrain
{
    // What was reckoned stays for a hundred times as long as it took: a small business always reads what is true now, a large one costs a hundredth of a processor at most.
    private const int KeptForWork = 100;

    private static readonly TimeSpan s_keptAtMost = TimeSpan.FromMinutes(5);

    private readonly Dictionary<int, (NumbersView View, DateTimeOffset Until)> _kept = [];

    // The index of the history gives the newest in order, the key of the events theirs: it reads no row twice and no more than so many.
    private static readonly string s_select =
        $"""
        select d.id, d.received_at, d.category_id, e.kind, e.vendor_id, e.at
        from (select id, received_at, category_id from dispatch where tenant_id = $1 and received_at >= $2 and not is_test order by received_at desc, id desc limit {INumbersGrain.Most + 1}) d
        left join dispatch_event e on e.tenant_id = $1 and e.dispatch_id = d.id and e.kind in ({string.Join(", ", Numbers.Kinds.Select(kind => (int)kind))})
        """;

    public async Task<NumbersView> Read(int days)
    {
        if (days is < 1 or > 366)
            throw new ArgumentOutOfRangeException(nameof(days), days, null);
        var (now, began) = (clock.GetUtcNow(), clock.GetTimestamp());
        if (_kept.TryGetValue(days, out var kept) && now < kept.Until)
            return kept.View;

        var scope = GrainFactory.For(new TenantId(this.GetPrimaryKeyString()["numbers/".Length..]));
        var zoneId = (await scope.Tenant().Profile())?.Settings.ZoneId ?? "Etc/UTC";
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var today = now.ToInstant().InZone(zone).Date;
        var from = today.PlusDays(1 - days);
        var numbers = new Numbers(zone, from, today);
        await ledger.Read(
            s_select,
            row =>
            {
                numbers.Add(
                    row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetGuid(2),
                    row.IsDBNull(3) ? null : ((DispatchEventKind)row.GetInt16(3), row.IsDBNull(4) ? null : row.GetGuid(4), row.GetFieldValue<DateTimeOffset>(5)));
                return true;
            },
            scope.Id.Value, zone.AtStartOfDay(from).ToInstant().ToDateTimeOffset());

        var names = (await scope.Directory().Categories()).ToDictionary(category => category.Id, category => category.Name);
        foreach (var vendor in numbers.Vendors)
        {
            if (await scope.Directory().Vendor(vendor) is { } known)
                names[vendor] = known.Name;
        }

        var view = numbers.View(zoneId, names);
        var keep = clock.GetElapsedTime(began) * KeptForWork;
        _kept[days] = (view, now + (keep < s_keptAtMost ? keep : s_keptAtMost));
        return view;
    }
}
