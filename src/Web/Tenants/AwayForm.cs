using System.Globalization;
using Backsoon.Dispatch;
using Backsoon.Shared;
using NodaTime;

namespace Backsoon.Tenants;

/// <summary>An absence as typed, on the wall's clock.</summary>
/// <param name="Id">Made with an empty form, so that a double click leaves once.</param>
public sealed record AwayForm(Guid Id, string From, string Until, string Text, Pick StandIn, bool Holds)
{
    public const int LongestText = 300;
    private const string Format = "yyyy-MM-dd'T'HH:mm";

    public static AwayForm New(DateTimeOffset now) => new(Guid.CreateVersion7(now), "", "", "", Pick.Nothing, false);

    public static async Task<AwayForm> Of(Absence saved, IDirectoryGrain directory, string zoneId) => new(
        saved.Id, Wall(saved.From, zoneId), saved.Until is { } until ? Wall(until, zoneId) : "", saved.Text ?? "", await Picks.Vendor(directory, saved.StandIn?.ToString()), saved.HoldsRoutine);

    public static async Task<AwayForm> Of(IFormCollection form, Guid id, IDirectoryGrain directory) => new(
        id, form.Line("from"), form.Line("until"), form.Text("text").ReplaceLineEndings("\n"), await Picks.Vendor(directory, form["stand-in"]), form.IsChecked("hold"));

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    /// <param name="saved">As it is now; null for a new one.</param>
    public Absence? Read(FormErrors errors, string zoneId, DateTimeOffset now, Absence? saved)
    {
        var from = From.Length == 0 ? saved?.From ?? now : Instant(errors, "from", From, zoneId);
        var until = Until.Length == 0 ? null : Instant(errors, "until", Until, zoneId);
        if (until <= now)
            errors.Add("until", "That is past already.");
        else if (until <= from)
            errors.Add("until", "You would be back before you leave.");
        if (until is null && Holds)
            errors.Add("until", "Say when you are back, if requests are to wait for it.");
        if (Text.Length > LongestText)
            errors.Add("text", $"That is {Text.Length} characters; {LongestText} fit.");
        StandIn.Explain(errors, "stand-in");
        return errors.Any || from is null ? null : new Absence(Id, from.Value, until, Text.OrNull(), StandIn.Id, Holds);
    }

    private static string Wall(DateTimeOffset at, string zoneId) =>
        NodaTime.Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zoneId]).ToDateTimeUnspecified().ToString(Format, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Instant(FormErrors errors, string field, string typed, string zoneId)
    {
        if (DateTime.TryParseExact(typed, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) && wall.Year is > 2000 and < 2200)
            return LocalDateTime.FromDateTime(wall).InZoneLeniently(DateTimeZoneProviders.Tzdb[zoneId]).ToDateTimeOffset().ToUniversalTime();
        errors.Add(field, "Type a day and a time, like 2026-01-08T08:00.");
        return null;
    }
}
