using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <remarks>Longer texts are cut: the form says the limits, so only a forged one meets them here.</remarks>
/// <param name="Source">32 bytes that stand for the caller's IP in limits; forgotten after 30 days (R13). None for a test.</param>
[GenerateSerializer, Immutable, Alias("dispatch.submission")]
public sealed record Submission(Guid? Subject, Guid Category, string Name, string Phone, EmailAddress? Email, string Text, byte[] Source)
{
    public const int MaxName = 120;
    public const int MaxPhone = 40;
    public const int MaxText = 4000;
}

[GenerateSerializer, Immutable, Alias("dispatch.submit-outcome")]
public abstract record SubmitOutcome
{
    /// <param name="Reference">What the caller can quote: "4KQ-27X".</param>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.accepted")]
    public sealed record Accepted(string Reference) : SubmitOutcome;

    /// <summary>This form was sent before with other words; the first stays. The page offers to send this as a second request.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.different")]
    public sealed record Different(string Reference) : SubmitOutcome;

    /// <summary>The category or subject chosen is no longer offered.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.not-offered")]
    public sealed record NotOffered : SubmitOutcome;

    /// <summary>The business takes no requests at present.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.closed")]
    public sealed record Closed : SubmitOutcome;

    /// <summary>The business is no longer here: 410.</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.gone")]
    public sealed record Gone : SubmitOutcome;

    /// <summary>The database does not answer: nothing was saved, try again (503).</summary>
    [GenerateSerializer, Immutable, Alias("dispatch.submit-outcome.unavailable")]
    public sealed record Unavailable : SubmitOutcome;
}
