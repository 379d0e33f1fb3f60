using System.Text.Json;
using System.Text.Json.Serialization;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Opening hours as <c>vendor.hours</c> holds them.</summary>
internal static class HoursJson
{
    public static string? Write(OpeningHours? hours) => hours is null ? null : JsonSerializer.Serialize(hours, HoursContext.Default.OpeningHours);

    public static OpeningHours? Read(string? json) => json is null ? null : JsonSerializer.Deserialize(json, HoursContext.Default.OpeningHours);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OpeningHours))]
internal sealed partial class HoursContext : JsonSerializerContext;
