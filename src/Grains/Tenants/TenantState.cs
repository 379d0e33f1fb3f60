using Backsoon.Accounts;

namespace Backsoon.Tenants;

[GenerateSerializer, Alias("tenants.tenant.state")]
public sealed class TenantState
{
    [Id(0)]
    public Slug? Slug { get; set; }

    [Id(1)]
    public Industry Industry { get; set; }

    [Id(2)]
    public TenantSettings? Settings { get; set; }

    [Id(3)]
    public List<AccountId> Members { get; set; } = [];

    [Id(4)]
    public DateTimeOffset FoundedAt { get; set; }

    [Id(5)]
    public long Version { get; set; }

    /// <summary>Null for a tenant that stays.</summary>
    [Id(6)]
    public DateTimeOffset? ErasingSince { get; set; }

    [Id(7)]
    public List<Absence> Absences { get; set; } = [];

    /// <summary>Absences whose summary was mailed.</summary>
    [Id(8)]
    public List<Guid> Told { get; set; } = [];

    [Id(9)]
    public bool IsPaused { get; set; }

    [Id(10)]
    public bool IsClosed { get; set; }
}
