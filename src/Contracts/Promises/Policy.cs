using System.Collections.Immutable;

namespace Backsoon.Promises;

/// <summary>Every period that a promise names, as this installation keeps it. What is not set otherwise is the strictest of the policies it was made from.</summary>
[GenerateSerializer, Immutable, Alias("promises.policy")]
public sealed record Policy
{
    /// <summary>Days before the end of a trial at which its owner is reminded; none of the policies has others.</summary>
    public static readonly ImmutableArray<int> TrialReminderDays = [7, 3, 1, 0];

    /// <summary>How long a trial lasts after its owner was reminded for the first time, whatever kept the reminder.</summary>
    public static readonly TimeSpan TrialNotice = TimeSpan.FromDays(1);

    // A process that was down for a night has not broken its word.
    private static readonly TimeSpan s_margin = TimeSpan.FromDays(1);

    [Id(0)]
    public string Name { get; init; } = PolicyProfiles.Strictest;

    [Id(1)]
    public TimeSpan MagicLink { get; init; } = TimeSpan.FromMinutes(15);

    [Id(2)]
    public TimeSpan Session { get; init; } = TimeSpan.FromDays(30);

    /// <summary>IP addresses, and whatever stands for one.</summary>
    [Id(3)]
    public TimeSpan Sources { get; init; } = TimeSpan.FromDays(30);

    [Id(4)]
    public TimeSpan Logs { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long what somebody did carries who it was; null for as long as the account is active.</summary>
    [Id(5)]
    public TimeSpan? NamedActivity { get; init; } = TimeSpan.FromDays(90);

    [Id(6)]
    public TimeSpan Trial { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long everything is kept for somebody who cancelled and may come back.</summary>
    [Id(7)]
    public TimeSpan AfterCancellation { get; init; } = TimeSpan.FromDays(90);

    [Id(8)]
    public TimeSpan SlugHold { get; init; } = TimeSpan.FromDays(60);

    /// <summary>From asking for deletion until anything is deleted; until then it can be undone.</summary>
    [Id(9)]
    public TimeSpan DeletionUndo { get; init; } = TimeSpan.FromHours(48);

    /// <summary>From asking for deletion until nothing is left.</summary>
    [Id(10)]
    public TimeSpan Deletion { get; init; } = TimeSpan.FromDays(7);

    [Id(11)]
    public TimeSpan ExportLink { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Seven years, whichever of them are leap years.</summary>
    [Id(12)]
    public TimeSpan BillingRecords { get; init; } = TimeSpan.FromDays(7 * 365);

    /// <summary>From telling owners of a change until it takes effect; zero for none.</summary>
    [Id(13)]
    public TimeSpan ChangeNotice { get; init; } = TimeSpan.FromDays(30);

    [Id(14)]
    public int MinimumAge { get; init; } = 16;

    /// <summary>To a letter about privacy.</summary>
    [Id(15)]
    public TimeSpan PrivacyAnswer { get; init; } = TimeSpan.FromHours(48);

    /// <summary>To a report of a vulnerability, in business days.</summary>
    [Id(16)]
    public int VulnerabilityAnswerDays { get; init; } = 5;

    /// <summary>To somebody who asks to see, correct, delete or take along.</summary>
    [Id(17)]
    public TimeSpan RightsAnswer { get; init; } = TimeSpan.FromDays(30);

    [Id(18)]
    public TimeSpan BreachNotice { get; init; } = TimeSpan.FromHours(72);

    /// <summary>When a sweep begins to take what is promised to be gone after this long: a day early, so that one that comes late is in time.</summary>
    public static TimeSpan Early(TimeSpan promised) => promised > 2 * s_margin ? promised - s_margin : promised / 2;
}
