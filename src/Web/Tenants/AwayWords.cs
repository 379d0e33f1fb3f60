using Backsoon.Shared;

namespace Backsoon.Tenants;

/// <summary>What the sign on the door says while the owner is away.</summary>
public static class AwayWords
{
    /// <param name="standing">The notice that hangs there otherwise.</param>
    public static string? Note(Absence? away, string? standing, string zoneId, DateTimeOffset now) => away switch
    {
        null => standing,
        { Until: { } until, Text: { } text } => $"{Ended(text)} {Back(until, zoneId, now)}",
        { Until: { } until } => Back(until, zoneId, now),
        { Text: { } text } => text,
        _ => "Away at the moment.",
    };

    private static string Ended(string text) => text.TrimEnd() is var words && words is [.., '.' or '!' or '?' or '…' or ':' or ';' or ','] ? words : $"{words}.";

    private static string Back(DateTimeOffset until, string zoneId, DateTimeOffset now) => $"Back {LocalTime.Day(until, zoneId, now)}.";
}
