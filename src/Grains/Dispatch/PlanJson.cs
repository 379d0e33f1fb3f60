using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <summary>A chain as <c>dispatch.plan</c> holds it: of each vendor what a mail needs, not the owner's note.</summary>
internal static class PlanJson
{
    public static string Write(ImmutableArray<RouteStep> plan) =>
        plan.IsEmpty ? "[]" : JsonSerializer.Serialize(Array.ConvertAll([.. plan], step => new PlannedStep(step.Vendor.Id, step.Vendor.Name, step.Vendor.Email.Value, step.Vendor.Phone, (long)step.Wait.TotalSeconds)), PlanContext.Default.PlannedStepArray);

    public static ImmutableArray<RouteStep> Read(string json) =>
        [.. JsonSerializer.Deserialize(json, PlanContext.Default.PlannedStepArray)!.Select(step => new RouteStep(new Vendor(step.Id, step.Name, EmailAddress.Parse(step.Email), step.Phone, null, Active: true), TimeSpan.FromSeconds(step.Wait)))];
}

internal sealed record PlannedStep(Guid Id, string Name, string Email, string? Phone, long Wait);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlannedStep[]))]
internal sealed partial class PlanContext : JsonSerializerContext;
