namespace Backsoon.Promises;

/// <summary>How a period is said: "15 minutes", "48 hours", "30 days", "7 years".</summary>
public static class Period
{
    private static readonly (string Unit, TimeSpan Length)[] s_units =
        [("year", TimeSpan.FromDays(365)), ("day", TimeSpan.FromDays(1)), ("hour", TimeSpan.FromHours(1)), ("minute", TimeSpan.FromMinutes(1)), ("second", TimeSpan.FromSeconds(1))];

    /// <summary>Exactly, in the largest unit that it is a whole number of, and in days from the fourth.</summary>
    public static string Say(TimeSpan period)
    {
        if (period == TimeSpan.Zero)
            return "no time";
        var (unit, length) = s_units.FirstOrDefault(known => period.Ticks % known.Length.Ticks == 0 && (known.Unit != "day" || period > 3 * known.Length), s_units[^1]);
        return Count(period / length, unit, "0");
    }

    /// <summary>What was measured, in the unit of what was promised and with one decimal: "11.0 of 30 days".</summary>
    public static string Of(TimeSpan measured, TimeSpan promised)
    {
        var said = Say(promised);
        var (_, length) = s_units.First(known => said.Contains(known.Unit, StringComparison.Ordinal));
        return $"{(measured / length).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture)} of {said}";
    }

    private static string Count(double number, string unit, string format) =>
        $"{number.ToString(format, System.Globalization.CultureInfo.InvariantCulture)} {unit}{(number == 1 ? "" : "s")}";
}
