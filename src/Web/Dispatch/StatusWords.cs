namespace Backsoon.Dispatch;

/// <summary>A request's standing as its owner reads it: a word, and the class that gives it a shape and a colour.</summary>
public static class StatusWords
{
    public static string Word(DispatchStatus status) => status.Word();

    public static string Class(DispatchStatus status) => status switch
    {
        DispatchStatus.Asking or DispatchStatus.Waiting => "waiting",
        DispatchStatus.OwnerAsked => "yours",
        DispatchStatus.Accepted or DispatchStatus.OnTheWay or DispatchStatus.Done => "ok",
        DispatchStatus.Closed => "off",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    /// <summary>What the address of a filtered history says: "on-the-way".</summary>
    public static string Slug(DispatchStatus status) => Word(status).ToLowerInvariant().Replace(' ', '-');

    public static DispatchStatus? Parse(string slug) => Enum.GetValues<DispatchStatus>().Where(status => Slug(status) == slug).Select(status => (DispatchStatus?)status).FirstOrDefault();
}
