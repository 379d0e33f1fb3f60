using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Backsoon.Booking;

public enum AgendaView
{
    Week,
    Day,
    List,
}

/// <summary>Which part of the agenda is asked for, and the addresses of others.</summary>
/// <param name="After">The list's page begins behind it.</param>
public sealed record AgendaForm(AgendaView View, DateOnly Day, DateOnly Today, Guid? Host, string Words, AppointmentStatus? Status, bool Past, AppointmentCursor? After)
{
    public const int LongestWords = 100;
    public const int PageSize = 50;

    public DateOnly First => View == AgendaView.Week ? Day.AddDays(-(((int)Day.DayOfWeek + 6) % 7)) : Day;

    public int Days => View == AgendaView.Week ? 7 : 1;

    public bool ShowsToday => First <= Today && Today < First.AddDays(Days);

    public bool IsFiltered => Words.Length > 0 || Status is not null || Host is not null;

    public AppointmentQuery Query => new(Words, Host, null, Status, !Past, After, PageSize);

    /// <summary>The first appointment from an instant on.</summary>
    public AppointmentQuery Following(DateTimeOffset from) => new("", Host, null, AppointmentStatus.Booked, Upcoming: true, new AppointmentCursor(from, Guid.Empty), 1);

    /// <summary>Null when the address was not made here.</summary>
    public static AgendaForm? Read(IQueryCollection query, DateOnly today)
    {
        string Get(string name) => query[name] is [{ } value, ..] ? value.Trim() : "";
        var (view, day, host, status) = (AgendaView.Week, today, (Guid?)null, (AppointmentStatus?)null);
        if (Get("view") is { Length: > 0 } typedView && !TryView(typedView, out view)
            || Get("day") is { Length: > 0 } typedDay && !TryDay(typedDay, out day)
            || Get("status") is { Length: > 0 } typedStatus && (status = StatusOf(typedStatus)) is null
            || !TryCursor(Get("after"), out var after))
        {
            return null;
        }

        if (Get("host") is { Length: > 0 } typedHost)
        {
            if (!Guid.TryParse(typedHost, out var id))
                return null;
            host = id;
        }

        var words = Get("q");
        return new AgendaForm(view, day, today, host, words.Length <= LongestWords ? words : words[..LongestWords], status, Get("when") == "past", after);
    }

    public static string StatusWord(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Booked => "booked",
        AppointmentStatus.Cancelled => "cancelled",
        AppointmentStatus.NoShow => "no-show",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    public string Address(AppointmentCursor? after = null)
    {
        var parts = new Dictionary<string, string?>
        {
            ["view"] = View == AgendaView.Week ? null : View.ToString().ToLowerInvariant(), ["day"] = View == AgendaView.List || Day == Today ? null : Write(Day), ["host"] = Host?.ToString(),
            ["q"] = View == AgendaView.List ? Words : null, ["status"] = View == AgendaView.List && Status is { } status ? StatusWord(status) : null, ["when"] = View == AgendaView.List && Past ? "past" : null,
            ["after"] = after is null ? null : $"{after.Start.UtcTicks}-{after.Id:n}",
        };
        return QueryHelpers.AddQueryString("/bookings", parts.Where(part => !string.IsNullOrEmpty(part.Value)));
    }

    public static string Write(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static bool TryDay(string typed, out DateOnly day) => DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is > 2000 and < 2200;

    private static AppointmentStatus? StatusOf(string typed) => Enum.GetValues<AppointmentStatus>().Cast<AppointmentStatus?>().FirstOrDefault(status => StatusWord(status!.Value) == typed);

    private static bool TryCursor(string text, out AppointmentCursor? cursor)
    {
        cursor = null;
        if (text.Length == 0)
            return true;
        if (text.Split('-') is not [var ticks, var id] || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTimeOffset.MaxValue.UtcTicks || !Guid.TryParseExact(id, "n", out var guid))
            return false;
        cursor = new AppointmentCursor(new DateTimeOffset(at, TimeSpan.Zero), guid);
        return true;
    }

    private static bool TryView(string typed, out AgendaView view) => Enum.TryParse(typed, ignoreCase: true, out view) && Enum.IsDefined(view) && !char.IsDigit(typed[0]);
}
