namespace Backsoon.Dispatch;

public static class DispatchStatuses
{
    /// <summary>A request's standing as its owner reads it.</summary>
    public static string Word(this DispatchStatus status) => status switch
    {
        DispatchStatus.Asking => "Asking",
        DispatchStatus.OwnerAsked => "Needs you",
        DispatchStatus.Accepted => "Accepted",
        DispatchStatus.OnTheWay => "On the way",
        DispatchStatus.Done => "Done",
        DispatchStatus.Closed => "Closed",
        DispatchStatus.Waiting => "Waiting",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
