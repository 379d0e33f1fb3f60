namespace Backsoon.Dispatch;

/// <summary>The next thing that happens by itself: the hollow dot at the end of the timeline.</summary>
/// <param name="Who">The vendors' names; null for the owner.</param>
[GenerateSerializer, Immutable, Alias("dispatch.next-step")]
public sealed record NextStep(DateTimeOffset At, NextStepKind Kind, string? Who);

[Alias("dispatch.next-step-kind")]
public enum NextStepKind
{
    Remind = 0,
    AskVendor = 1,
    AskOwner = 2,
    /// <summary>Asks those it waits for, who are on duty then.</summary>
    AskOnDuty = 3,
    /// <summary>Begins: the owner is back.</summary>
    AskOnReturn = 4,
}
