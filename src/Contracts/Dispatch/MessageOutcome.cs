namespace Backsoon.Dispatch;

/// <summary>What came of something that caller, vendor or owner wrote on a request.</summary>
[GenerateSerializer, Immutable, Alias("dispatch.message-outcome")]
public abstract record MessageOutcome
{
    /// <summary>Longer texts are cut: the form says the limit, so only a forged one meets it.</summary>
    public const int MaxText = 2000;

    /// <summary>It is on the timeline, once, however often it was sent.</summary>
    /// <param name="Mailed">Whether somebody was told by mail; else it waits on the page of whom it is for.</param>
    [GenerateSerializer, Immutable, Alias("dispatch.message-outcome.written")]
    public sealed record Written(bool Mailed) : MessageOutcome;

    /// <summary>This form was sent before with other words; the first stay.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.message-outcome.different")]
    public sealed record Different : MessageOutcome;

    /// <summary>As many as one may write on a request in an hour.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.message-outcome.too-many")]
    public sealed record TooMany(TimeSpan Wait) : MessageOutcome;

    /// <summary>The request holds no more of this writer's messages.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.message-outcome.full")]
    public sealed record Full : MessageOutcome;

    /// <summary>The request is closed, or the vendor has nothing to do with it any more.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.message-outcome.over")]
    public sealed record Over : MessageOutcome;

    /// <summary>There is no such request, or this vendor was never asked.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.message-outcome.unknown")]
    public sealed record Unknown : MessageOutcome;
}
