using System.Globalization;

namespace Backsoon.Dispatch;

/// <summary>How long a vendor has to answer, as typed and as said.</summary>
public static class Waits
{
    public static readonly (string Word, TimeSpan Length)[] Units = [("minutes", TimeSpan.FromMinutes(1)), ("hours", TimeSpan.FromHours(1)), ("days", TimeSpan.FromDays(1))];

    /// <summary>"20 minutes", "1 hour", "90 minutes", "2 days": in the largest unit that leaves nothing over.</summary>
    public static string Say(TimeSpan wait)
    {
        var (number, unit) = Split(wait);
        return number == "1" ? $"1 {unit[..^1]}" : $"{number} {unit}";
    }

    /// <summary>"2 days 3 hours", "3 hours 20 minutes": to the minute, in all units it needs.</summary>
    public static string Lasting(TimeSpan time)
    {
        var minutes = (long)Math.Ceiling(time.TotalMinutes);
        var parts = new[] { (minutes / 1440, "day"), (minutes / 60 % 24, "hour"), (minutes % 60, "minute") }.Where(part => part.Item1 > 0).Select(part => part.Item1 == 1 ? $"1 {part.Item2}" : $"{part.Item1} {part.Item2}s");
        return minutes <= 0 ? "a moment" : string.Join(' ', parts);
    }

    public static (string Number, string Unit) Split(TimeSpan wait)
    {
        var (word, length) = Units.Reverse().First(unit => wait.Ticks % unit.Length.Ticks == 0 || unit.Word == "minutes");
        return (((long)(wait / length)).ToString(CultureInfo.InvariantCulture), word);
    }

    public static TimeSpan? Parse(string number, string unit) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 100_000 && Array.Find(Units, known => known.Word == unit) is { Word: not null } known ? count * known.Length : null;
}
