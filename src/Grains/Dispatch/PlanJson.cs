using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <summary>A chain as <c>dispatch.plan</c> holds it: of each vendor what a mail needs, not the owner's note. Rows from before steps could ask several are an array of steps of one.</summary>
internal static class PlanJson
{
    public static string Write(ImmutableArray<RouteStep> steps, int repeat = 1) => steps.IsEmpty ? "[]" : JsonSerializer.Serialize(
        new Planned(repeat == 1 ? null : repeat, Array.ConvertAll([.. steps], step => new PlannedStep(
            Array.ConvertAll([.. step.Vendors], vendor => new PlannedVendor(vendor.Id, vendor.Name, vendor.Email.Value, vendor.Phone)), (long)step.Wait.TotalSeconds, (int)step.Start, step.CountsDuty, (int)step.Origin))),
        PlanContext.Default.Planned);

    public static (ImmutableArray<RouteStep> Steps, int Repeat) Read(string json)
    {
        if (json.StartsWith('['))
            return ([.. JsonSerializer.Deserialize(json, PlanContext.Default.FormerStepArray)!.Select(step => new RouteStep(VendorOf(new(step.Id, step.Name, step.Email, step.Phone)), TimeSpan.FromSeconds(step.Wait)))], 1);
        var plan = JsonSerializer.Deserialize(json, PlanContext.Default.Planned);
        return plan?.Steps is null
            ? throw new JsonException("A plan has no steps.")
            : ([.. plan.Steps.Select(step => new RouteStep([.. step.Who.Select(VendorOf)], TimeSpan.FromSeconds(step.Wait), (StepStart)step.Start, step.Counts, (StepOrigin)step.Origin))], plan.Repeat ?? 1);
    }

    private static Vendor VendorOf(PlannedVendor vendor) => new(vendor.Id, vendor.Name, EmailAddress.Parse(vendor.Email), vendor.Phone, null, Active: true);
}

internal sealed record Planned(int? Repeat, PlannedStep[] Steps);

internal sealed record PlannedStep(PlannedVendor[] Who, long Wait, int Start, bool Counts, int Origin);

internal sealed record PlannedVendor(Guid Id, string Name, string Email, string? Phone);

internal sealed record FormerStep(Guid Id, string Name, string Email, string? Phone, long Wait);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Planned))]
[JsonSerializable(typeof(FormerStep[]))]
internal sealed partial class PlanContext : JsonSerializerContext;
