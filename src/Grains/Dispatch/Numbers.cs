using System.Collections.Immutable;
using NodaTime;
using NodaTime.Extensions;

namespace Backsoon.Dispatch;

/// <summary>Counts and times of requests, from what happened to each; nothing of who asked (R9).</summary>
internal sealed class Numbers(DateTimeZone zone, LocalDate from, LocalDate to)
{
    public static readonly DispatchEventKind[] Kinds = [DispatchEventKind.VendorAsked, DispatchEventKind.VendorSilent, DispatchEventKind.Accepted, DispatchEventKind.Declined, DispatchEventKind.Done];

    private readonly Dictionary<Guid, Seen> _requests = [];

    public IEnumerable<Guid> Vendors => _requests.Values.SelectMany(request => request.Vendors.Keys).Distinct();

    public void Add(Guid id, DateTimeOffset receivedAt, Guid category, (DispatchEventKind Kind, Guid? Vendor, DateTimeOffset At)? happened)
    {
        if (!_requests.TryGetValue(id, out var request))
            _requests.Add(id, request = new Seen(receivedAt, category));
        if (happened is not { } what)
            return;
        if (what.Kind == DispatchEventKind.Accepted)
            request.AcceptedAt = Earlier(request.AcceptedAt, what.At);
        if (what.Kind == DispatchEventKind.Done)
            request.DoneAt = Earlier(request.DoneAt, what.At);
        if (what.Vendor is not { } vendor)
            return;
        var part = request.Vendors.GetValueOrDefault(vendor);
        request.Vendors[vendor] = what.Kind switch
        {
            DispatchEventKind.VendorAsked => part with { AskedAt = Earlier(part.AskedAt, what.At) },
            DispatchEventKind.VendorSilent => part with { Silent = true },
            DispatchEventKind.Accepted => part with { AcceptedAt = Earlier(part.AcceptedAt, what.At) },
            DispatchEventKind.Declined => part with { Declined = true },
            DispatchEventKind.Done => part with { DoneAt = Earlier(part.DoneAt, what.At) },
            _ => part,
        };
    }

    /// <param name="names">Of vendors and categories; one without is left out.</param>
    public NumbersView View(string zoneId, IReadOnlyDictionary<Guid, string> names)
    {
        // The one above the bound was read to know of it, and is not counted.
        Seen[] requests = [.. _requests.Values.OrderByDescending(request => request.ReceivedAt).Take(INumbersGrain.Most)];
        var days = new int[Period.DaysBetween(from, to) + 1];
        var hours = new int[7 * 24];
        foreach (var request in requests)
        {
            var local = request.ReceivedAt.ToInstant().InZone(zone);
            if (Period.DaysBetween(from, local.Date) is var day && day >= 0 && day < days.Length)
                days[day]++;
            hours[(((int)local.DayOfWeek - 1) * 24) + local.Hour]++;
        }

        var parts = requests.SelectMany(request => request.Vendors).Where(part => part.Value.AskedAt is not null && names.ContainsKey(part.Key)).GroupBy(part => part.Key, part => part.Value);
        return new NumbersView(
            from.ToDateOnly(), to.ToDateOnly(), zoneId, requests.Length, _requests.Count > INumbersGrain.Most,
            Spread(requests, request => request.ReceivedAt, request => request.AcceptedAt), Spread(requests, request => request.ReceivedAt, request => request.DoneAt),
            [.. parts.Select(vendor => Of(vendor.Key, names[vendor.Key], [.. vendor])).OrderByDescending(vendor => vendor.Asked).ThenBy(vendor => vendor.Name, StringComparer.Ordinal)],
            [
                .. from request in requests
                   where names.ContainsKey(request.Category)
                   group request by request.Category into category
                   let all = category.ToArray()
                   orderby all.Length descending, names[category.Key]
                   select new CategoryNumbers(category.Key, names[category.Key], all.Length, Spread(all, request => request.ReceivedAt, request => request.AcceptedAt), Spread(all, request => request.ReceivedAt, request => request.DoneAt)),
            ],
            [.. days], [.. hours]);
    }

    private static VendorNumbers Of(Guid vendor, string name, Part[] parts) => new(
        vendor, name, parts.Length, parts.Count(part => part.AcceptedAt is not null), parts.Count(part => part.Declined && part.AcceptedAt is null), parts.Count(part => part.Silent && !part.Declined && part.AcceptedAt is null),
        Spread(parts, part => part.AskedAt, part => part.AcceptedAt), Spread(parts, part => part.AcceptedAt, part => part.DoneAt));

    private static Spread Spread<T>(IEnumerable<T> all, Func<T, DateTimeOffset?> begin, Func<T, DateTimeOffset?> end)
    {
        TimeSpan[] times = [.. all.Select(one => end(one) - begin(one)).OfType<TimeSpan>().Where(time => time >= TimeSpan.Zero).Order()];
        // The nearest rank: a time that one of them really took.
        TimeSpan At(int percent) => times.Length == 0 ? TimeSpan.Zero : times[((times.Length * percent) + 99) / 100 - 1];
        return new Spread(times.Length, At(50), At(90));
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? before, DateTimeOffset at) => before < at ? before : at;

    private sealed class Seen(DateTimeOffset receivedAt, Guid category)
    {
        public DateTimeOffset ReceivedAt => receivedAt;

        public Guid Category => category;

        public DateTimeOffset? AcceptedAt { get; set; }

        public DateTimeOffset? DoneAt { get; set; }

        public Dictionary<Guid, Part> Vendors { get; } = [];
    }

    private readonly record struct Part(DateTimeOffset? AskedAt, DateTimeOffset? AcceptedAt, DateTimeOffset? DoneAt, bool Declined, bool Silent);
}
