using System.Globalization;
using Backsoon.Dispatch;
using Backsoon.Shared;

namespace Backsoon.Booking;

/// <summary>A length of time as typed: a number and its unit.</summary>
public sealed record TypedTime(string Number, string Unit)
{
    public static readonly TypedTime Empty = new("", "hours");

    public static readonly Option[] Units = [.. Waits.Units.Select(unit => new Option(unit.Word, unit.Word))];

    public static TypedTime Of(TimeSpan time)
    {
        // "24 hours" is what people say of a notice.
        var (number, unit) = time == TimeSpan.Zero ? ("0", "hours") : time == TimeSpan.FromDays(1) ? ("24", "hours") : Waits.Split(time);
        return new TypedTime(number, unit);
    }

    public static TypedTime Of(IFormCollection form, string name) => new(form.Line(name), form.Line(UnitOf(name)));

    public static string UnitOf(string name) => $"{name}-unit";

    public TimeSpan Read(FormErrors errors, string name, TimeSpan shortest, TimeSpan longest)
    {
        var time = Number == "0" && Array.Exists(Units, unit => unit.Value == Unit) ? TimeSpan.Zero : Waits.Parse(Number, Unit);
        if (time is { } typed && typed >= shortest && typed <= longest)
            return typed;
        errors.Add(name, $"Type a whole number, from {BookingWords.Lasting(shortest)} to {BookingWords.Lasting(longest)}.");
        return shortest;
    }

    /// <summary>Of a field that asks for minutes only.</summary>
    public static TimeSpan Minutes(FormErrors errors, string name, string typed, TimeSpan shortest, TimeSpan longest) => TimeSpan.FromMinutes(Count(errors, name, typed, (int)shortest.TotalMinutes, (int)longest.TotalMinutes));

    public static int Count(FormErrors errors, string name, string typed, int least, int most)
    {
        if (int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= most)
            return count;
        errors.Add(name, $"Type a whole number, from {least} to {most}.");
        return least;
    }
}
