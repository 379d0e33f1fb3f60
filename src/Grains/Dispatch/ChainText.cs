namespace Backsoon.Dispatch;

/// <summary>
/// Whom a rule asks, in one cell: <c>Rivera Plumbing + Cole &amp; Sons (30 minutes) &gt; Keystone Locks (1 hour, on duty, counting duty) x 3</c>. A name that has one of the signs stands in quotes.
/// </summary>
public static class ChainText
{
    private static readonly (string Word, TimeSpan Length)[] s_units = [("second", TimeSpan.FromSeconds(1)), ("minute", TimeSpan.FromMinutes(1)), ("hour", TimeSpan.FromHours(1)), ("day", TimeSpan.FromDays(1))];

    public static string Of(RuleView view)
    {
        var names = view.Vendors.ToDictionary(vendor => vendor.Id, vendor => Name(vendor.Name));
        var steps = view.Rule.Steps.Select(step => $"{string.Join(" + ", step.Vendors.Select(id => names[id]))} ({Wait(step.Wait)}{(step.Start == StepStart.OnDuty ? ", on duty" : "")}{(step.CountsDuty ? ", counting duty" : "")})");
        return $"{string.Join(" > ", steps)}{(view.Rule.Repeat > 1 ? $" x {view.Rule.Repeat}" : "")}";
    }

    /// <summary>"20 minutes", "1 hour", "90 minutes": in the largest unit that leaves nothing over.</summary>
    public static string Wait(TimeSpan wait)
    {
        var (word, length) = s_units.Reverse().First(unit => wait.Ticks % unit.Length.Ticks == 0 || unit.Length == s_units[0].Length);
        var count = wait.Ticks / length.Ticks;
        return count == 1 ? $"1 {word}" : $"{count} {word}s";
    }

    private static string Name(string name) => name.AsSpan().IndexOfAny("\">+") < 0 && name.Trim().Length == name.Length ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
