namespace Backsoon.Dispatch;

[Alias("dispatch.vendor-answer")]
public enum VendorAnswer
{
    Accept = 1,
    Decline = 2,
    OnMyWay = 3,
    Done = 4,
}

/// <summary>What the vendor's page says after a button.</summary>
[Alias("dispatch.answer-outcome")]
public enum AnswerOutcome
{
    Recorded,
    /// <summary>The same answer was there already.</summary>
    Already,
    /// <summary>Somebody else has accepted.</summary>
    TakenByOther,
    /// <summary>The owner or another vendor has closed it.</summary>
    Closed,
    /// <summary>This answer does not fit: on my way without having accepted.</summary>
    NotYours,
    Unknown,
}
