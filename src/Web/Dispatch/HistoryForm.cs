using System.Globalization;
using Backsoon.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace Backsoon.Dispatch;

/// <summary>The filters of the history as the address has them, and the address they make.</summary>
public sealed record HistoryForm(string Words, string Status, string Urgent, string From, string To, Pick Subject, Pick Category, Pick Vendor)
{
    public const int LongestWords = 200;

    public bool IsEmpty => Address() == "/history";

    public static async Task<HistoryForm> Read(IQueryCollection query, IDirectoryGrain directory)
    {
        string Get(string name) => query[name] is [{ } value, ..] ? value.Trim() : "";
        var subject = Picks.Subject(directory, query["subject"], includeInactive: true);
        var vendor = Picks.Vendor(directory, query["vendor"], includeInactive: true);
        var category = Picks.Category(await directory.Categories(), query["category"]);
        return new HistoryForm(Get("q"), Get("status"), Get("urgent"), Get("from"), Get("to"), await subject, category, await vendor);
    }

    /// <summary>A day of the form with its weekday, or what was typed in its place.</summary>
    public static string Say(string typed) => Day(typed)?.ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture) ?? typed;

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public HistoryFilter? ToFilter(string zoneId, FormErrors errors)
    {
        if (Words.Length > LongestWords)
            errors.Add("q", $"That is {Words.Length} characters; {LongestWords} fit.");
        var status = StatusWords.Parse(Status);
        if (Status.Length > 0 && status is null)
            errors.Add("status", "Choose a status from the list.");
        if (Urgent is not ("" or "yes" or "no"))
            errors.Add("urgent", "Choose from the list.");
        Subject.Explain(errors, "subject");
        Category.Explain(errors, "category");
        Vendor.Explain(errors, "vendor");
        var from = Day(From, "from", errors);
        var to = Day(To, "to", errors);
        if (from > to)
            errors.Add("to", "This day is before the first one.");

        return errors.Any ? null : new HistoryFilter(
            Words, status, Urgent.Length == 0 ? null : Urgent == "yes", Subject.Id, Category.Id, Vendor.Id,
            from is { } first ? LocalTime.StartOf(first, zoneId) : null, to is { } last ? LocalTime.StartOf(last.AddDays(1), zoneId) : null);
    }

    public string Address(HistoryCursor? before = null) => Address("/history", before);

    /// <summary>All that fits, as a file.</summary>
    public string ExportAddress => Address("/history/export.csv", null);

    private string Address(string path, HistoryCursor? before)
    {
        var parts = new Dictionary<string, string?>
        {
            ["q"] = Words, ["status"] = Status, ["urgent"] = Urgent, ["subject"] = Subject.Sent, ["category"] = Category.Sent, ["vendor"] = Vendor.Sent, ["from"] = From, ["to"] = To, ["before"] = before is null ? null : Write(before),
        };
        return QueryHelpers.AddQueryString(path, parts.Where(part => !string.IsNullOrEmpty(part.Value)));
    }

    /// <summary>Only what <see cref="Write"/> wrote reads; nothing else is guessed at.</summary>
    public static bool TryRead(string? text, out HistoryCursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (text.Split('-') is not [var ticks, var id] || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTimeOffset.MaxValue.UtcTicks || !Guid.TryParseExact(id, "n", out var guid))
            return false;
        cursor = new HistoryCursor(new DateTimeOffset(at, TimeSpan.Zero), guid);
        return true;
    }

    private static string Write(HistoryCursor cursor) => $"{cursor.ReceivedAt.UtcTicks}-{cursor.Id:n}";

    private static DateOnly? Day(string typed) =>
        DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and <= 9000 ? day : null;

    private static DateOnly? Day(string typed, string field, FormErrors errors)
    {
        if (typed.Length == 0)
            return null;
        if (Day(typed) is { } day)
            return day;
        errors.Add(field, "Type the day as year-month-day, like 2026-01-08.");
        return null;
    }
}
