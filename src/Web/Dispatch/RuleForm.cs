using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>A rule as typed: the choices as sent, each step with its vendor and its wait.</summary>
/// <param name="Id">Made with an empty form, so that a double click adds one rule.</param>
public sealed record RuleForm(Guid Id, Pick Subject, Pick Category, ImmutableArray<RuleFormStep> Steps, string Repeat)
{
    public static RuleForm New(DateTimeOffset now, Pick subject, Pick category) => new(Guid.CreateVersion7(now), subject, category, [RuleFormStep.Empty], "1");

    public static RuleForm Of(RuleView saved) => new(
        saved.Rule.Id, Chosen(saved.Rule.Subject, saved.SubjectLabel), Chosen(saved.Rule.Category, saved.CategoryName),
        [.. RulesEndpoints.Steps(saved).Select(RuleFormStep.Of)], saved.Rule.Repeat.ToString(CultureInfo.InvariantCulture));

    public static async Task<RuleForm> Of(IFormCollection form, Guid id, IDirectoryGrain directory)
    {
        var steps = new List<RuleFormStep>();
        for (var i = 0; i < Rule.MaxSteps && form.ContainsKey(RuleFormStep.Vendor(i)); i++)
        {
            var vendors = new List<Pick>();
            for (var j = 0; j < Rule.MaxTogether && form.ContainsKey(RuleFormStep.Vendor(i, j)); j++)
                vendors.Add(await Picks.Vendor(directory, form[RuleFormStep.Vendor(i, j)]));
            steps.Add(new RuleFormStep([.. vendors], form.Line(RuleFormStep.Waits(i)), form.Line(RuleFormStep.Units(i)), form.IsChecked(RuleFormStep.Starts(i)), form.IsChecked(RuleFormStep.Counts(i))));
        }

        return new RuleForm(id, await Picks.Subject(directory, form["subject"]), Picks.Category(await directory.Categories(), form["category"]), [.. steps], form.Line("repeat"));
    }

    /// <summary>What one of the buttons "add", "together-2", "remove-2", "up-2", "down-2" makes of it; null for any other.</summary>
    public RuleForm? After(string button)
    {
        if (button == "add")
            return Steps.Length < Rule.MaxSteps ? this with { Steps = Steps.Add(RuleFormStep.Empty) } : this;
        if (button.Split('-') is not [var verb, var number] || !int.TryParse(number, out var index) || index < 0 || index >= Steps.Length)
            return null;
        return verb switch
        {
            "together" when Steps[index].Vendors.Length < Rule.MaxTogether => this with { Steps = Steps.SetItem(index, Steps[index] with { Vendors = Steps[index].Vendors.Add(Pick.Nothing) }) },
            "together" => this,
            "remove" => this with { Steps = Steps.RemoveAt(index) },
            "up" when index > 0 => this with { Steps = Steps.RemoveAt(index).Insert(index - 1, Steps[index]) },
            "down" when index < Steps.Length - 1 => this with { Steps = Steps.RemoveAt(index).Insert(index + 1, Steps[index]) },
            "up" or "down" => this,
            _ => null,
        };
    }

    /// <summary>Null when something is wrong, and then <paramref name="errors"/> say what.</summary>
    public Rule? Read(FormErrors errors)
    {
        Subject.Explain(errors, "subject");
        Category.Explain(errors, "category");
        if (Steps.IsEmpty)
            errors.Add("add", "Add whom to ask. Without a vendor there is no need for a rule: requests go to you.");
        foreach (var (step, index) in Steps.Select((step, index) => (step, index)))
        {
            if (step.Chosen.IsEmpty && step.Vendors.All(vendor => vendor.IsEmpty))
                errors.Add(RuleFormStep.Vendor(index), "Choose whom to ask, or remove this step.");
            foreach (var (vendor, place) in step.Vendors.Select((vendor, place) => (vendor, place)))
            {
                vendor.Explain(errors, RuleFormStep.Vendor(index, place));
                if (vendor.Id is { } id && step.Vendors.Take(place).Any(other => other.Id == id))
                    errors.Add(RuleFormStep.Vendor(index, place), $"{vendor.Text} is asked in this step already.");
                else if (vendor.Id is { } same && Steps.Take(index).Any(earlier => earlier.Chosen.Contains(same)))
                    errors.Add(RuleFormStep.Vendor(index, place), $"{vendor.Text} is asked before already.");
            }

            if (step.Length is not { } wait)
                errors.Add(RuleFormStep.Waits(index), "Type a whole number, like 20.");
            else if (wait < Rule.MinWait || wait > Rule.MaxWait)
                errors.Add(RuleFormStep.Waits(index), "A vendor can have from 1 minute to 7 days.");
        }

        if (!int.TryParse(Repeat, NumberStyles.None, CultureInfo.InvariantCulture, out var repeat) || repeat is < 1 or > Rule.MaxRepeat)
            errors.Add("repeat", $"Choose how often, from 1 to {Rule.MaxRepeat} times.");
        return errors.Any ? null : new Rule(
            Id, Subject.Id, Category.Id, [.. Steps.Select(step => new RuleStep(step.Chosen, step.Length ?? default, step.WhenOnDuty ? StepStart.OnDuty : StepStart.Now, step.CountsDuty))], repeat);
    }

    private static Pick Chosen(Guid? id, string? name) => id is { } chosen ? new Pick(chosen.ToString(), name ?? "", chosen, []) : Pick.Nothing;
}

/// <param name="Vendors">Those who are asked at once; the first is always there, others may be left empty.</param>
public sealed record RuleFormStep(ImmutableArray<Pick> Vendors, string Number, string Unit, bool WhenOnDuty, bool CountsDuty)
{
    public static readonly RuleFormStep Empty = new([Pick.Nothing], "20", "minutes", false, false);

    public TimeSpan? Length => Dispatch.Waits.Parse(Number, Unit);

    public ImmutableArray<Guid> Chosen => [.. Vendors.Select(vendor => vendor.Id).OfType<Guid>()];

    public static RuleFormStep Of(RouteStep step)
    {
        var (number, unit) = Dispatch.Waits.Split(step.Wait);
        return new RuleFormStep([.. step.Vendors.Select(vendor => new Pick(vendor.Id.ToString(), vendor.Name, vendor.Id, []))], number, unit, step.Start == StepStart.OnDuty, step.CountsDuty);
    }

    public static string Vendor(int index, int place = 0) => place == 0 ? $"vendor-{index}" : $"vendor-{index}-{place}";

    public static string Waits(int index) => $"wait-{index}";

    public static string Units(int index) => $"unit-{index}";

    public static string Starts(int index) => $"duty-{index}";

    public static string Counts(int index) => $"counts-{index}";
}
