namespace Backsoon.Dispatch;

/// <summary>Numbers are on disk (dispatch.status): never reuse one.</summary>
[Alias("dispatch.status")]
public enum DispatchStatus
{
    /// <summary>A vendor was asked and has not answered.</summary>
    Asking = 0,
    /// <summary>No vendor is left to ask: it waits for the owner.</summary>
    OwnerAsked = 1,
    Accepted = 2,
    OnTheWay = 3,
    Done = 4,
    Closed = 5,
    /// <summary>Nobody who is to be asked is on duty: it waits for them. Or it waits for the owner's return.</summary>
    Waiting = 6,
}
