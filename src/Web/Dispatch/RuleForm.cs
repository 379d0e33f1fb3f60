using System.Collections.Immutable;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>A rule as typed: the choices as sent, each step with its vendor and its wait.</summary>
/// <param name="Id">Made with an empty form, so that a double click adds one rule.</param>
public sealed record RuleForm(Guid Id, Pick Subject, Pick Category, ImmutableArray<RuleFormStep> Steps)
{
    public static RuleForm New(DateTimeOffset now, Pick subject, Pick category) => new(Guid.CreateVersion7(now), subject, category, [RuleFormStep.Empty]);

    public static RuleForm Of(RuleView saved) => new(
        saved.Rule.Id, Chosen(saved.Rule.Subject, saved.SubjectLabel), Chosen(saved.Rule.Category, saved.CategoryName),
        [.. saved.Rule.Steps.Zip(saved.Vendors, (step, vendor) => RuleFormStep.Of(vendor, step.Wait))]);

    public static async Task<RuleForm> Of(IFormCollection form, Guid id, IDirectoryGrain directory)
    {
        var steps = new List<RuleFormStep>();
        for (var i = 0; i < Rule.MaxSteps && form.ContainsKey(RuleFormStep.Vendors(i)); i++)
            steps.Add(new RuleFormStep(await Picks.Vendor(directory, form[RuleFormStep.Vendors(i)]), form.Line(RuleFormStep.Waits(i)), form.Line(RuleFormStep.Units(i))));
        return new RuleForm(id, await Picks.Subject(directory, form["subject"]), Picks.Category(await directory.Categories(), form["category"]), [.. steps]);
    }

    /// <summary>What one of the buttons "add", "remove-2", "up-2", "down-2" makes of it; null for any other.</summary>
    public RuleForm? After(string button)
    {
        if (button == "add")
            return Steps.Length < Rule.MaxSteps ? this with { Steps = Steps.Add(RuleFormStep.Empty) } : this;
        if (button.Split('-') is not [var verb, var number] || !int.TryParse(number, out var index) || index < 0 || index >= Steps.Length)
            return null;
        return verb switch
        {
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
            step.Vendor.Explain(errors, RuleFormStep.Vendors(index));
            if (step.Vendor.IsEmpty)
                errors.Add(RuleFormStep.Vendors(index), "Choose whom to ask, or remove this step.");
            else if (Steps.Take(index).Any(earlier => earlier.Vendor.Id is { } id && id == step.Vendor.Id))
                errors.Add(RuleFormStep.Vendors(index), $"{step.Vendor.Text} is asked before already.");
            if (step.Length is not { } wait)
                errors.Add(RuleFormStep.Waits(index), "Type a whole number, like 20.");
            else if (wait < Rule.MinWait || wait > Rule.MaxWait)
                errors.Add(RuleFormStep.Waits(index), "A vendor can have from 1 minute to 7 days.");
        }

        return errors.Any ? null : new Rule(Id, Subject.Id, Category.Id, [.. Steps.Select(step => new RuleStep(step.Vendor.Id ?? default, step.Length ?? default))]);
    }

    private static Pick Chosen(Guid? id, string? name) => id is { } chosen ? new Pick(chosen.ToString(), name ?? "", chosen, []) : Pick.Nothing;
}

public sealed record RuleFormStep(Pick Vendor, string Number, string Unit)
{
    public static readonly RuleFormStep Empty = new(Pick.Nothing, "20", "minutes");

    public TimeSpan? Length => Dispatch.Waits.Parse(Number, Unit);

    public static RuleFormStep Of(Vendor vendor, TimeSpan wait)
    {
        var (number, unit) = Dispatch.Waits.Split(wait);
        return new RuleFormStep(new Pick(vendor.Id.ToString(), vendor.Name, vendor.Id, []), number, unit);
    }

    public static string Vendors(int index) => $"vendor-{index}";

    public static string Waits(int index) => $"wait-{index}";

    public static string Units(int index) => $"unit-{index}";
}
