using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>The policies an installation may be run by. What one of them does not speak of is as in the strictest.</summary>
public static class PolicyProfiles
{
    public const string Strictest = "strictest";

    /// <summary>By the name that BACKSOON_POLICY takes.</summary>
    public static readonly ImmutableArray<Policy> All =
    [
        new(),
        new()
        {
            Name = "routing",
            NamedActivity = null,
            ChangeNotice = TimeSpan.Zero,
            MinimumAge = 13,
        },
        new()
        {
            Name = "chat",
            MinimumAge = 13,
        },
        new()
        {
            Name = "phones",
            Deletion = TimeSpan.FromDays(30),
            ChangeNotice = TimeSpan.FromDays(14),
        },
        // Deletion is scheduled for after thirty days; a week is time to do it in.
        new()
        {
            Name = "waitlist",
            Sources = TimeSpan.FromDays(90),
            Logs = TimeSpan.FromDays(90),
            AfterCancellation = TimeSpan.FromDays(30),
            DeletionUndo = TimeSpan.FromDays(30),
            Deletion = TimeSpan.FromDays(37),
            ChangeNotice = TimeSpan.Zero,
        },
    ];

    public static Policy? Find(string? name) => All.FirstOrDefault(policy => policy.Name == (string.IsNullOrWhiteSpace(name) ? Strictest : name.Trim()));
}
