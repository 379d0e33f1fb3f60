namespace Backsoon.Tenants;

/// <summary>A customer: one business with its desk, directory and history.</summary>
[GenerateSerializer, Immutable, Alias("tenants.tenant-id")]
public readonly record struct TenantId(string Value)
{
    public static TenantId New(DateTimeOffset now) => new($"tenant_{Guid.CreateVersion7(now):n}");

    public override string ToString() => Value;
}
