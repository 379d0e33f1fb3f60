namespace Backsoon.Tenants;

[GenerateSerializer, Alias("tenants.leaving.state")]
public sealed class LeavingState
{
    /// <summary>Null for a business that stays.</summary>
    [Id(0)]
    public DateTimeOffset? ClosesAt { get; set; }

    [Id(1)]
    public DateTimeOffset SlugUntil { get; set; }

    [Id(2)]
    public DateTimeOffset GoesAt { get; set; }

    [Id(3)]
    public bool HasClosed { get; set; }

    [Id(4)]
    public bool GaveUpSlug { get; set; }

    /// <summary>What the ids of its mails are made from.</summary>
    [Id(5)]
    public Guid Seed { get; set; }

    [Id(6)]
    public List<LeavingLetter> Told { get; set; } = [];

    /// <summary>They have come back, and the page may not be open yet.</summary>
    [Id(7)]
    public bool IsReturning { get; set; }

    /// <summary>They did not leave, but have neither trial nor plan.</summary>
    [Id(8)]
    public bool HasLapsed { get; set; }
}
