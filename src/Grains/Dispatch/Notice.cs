namespace Backsoon.Dispatch;

/// <summary>Somebody has to be told something; <see cref="DispatchMails"/> makes a mail of it.</summary>
public abstract record Notice
{
    public sealed record Ask(Vendor Vendor, DateTimeOffset AnswerBy) : Notice;

    /// <param name="AnswerBy">Null once the vendor has accepted.</param>
    public sealed record Remind(Vendor Vendor, DateTimeOffset? AnswerBy) : Notice;

    public sealed record NoLongerNeeded(Vendor Vendor, NoLongerNeededReason Reason) : Notice;

    public sealed record AskOwner(string? DeclinedBy, string? Reason) : Notice;

    public sealed record TellOwner(OwnerNews News, string? Who, string? Text) : Notice;

    public sealed record Received : Notice;

    public sealed record AcceptedBy(string Vendor) : Notice;
}

public enum NoLongerNeededReason
{
    TakenByOther,
    GivenToOther,
    Closed,
}

public enum OwnerNews
{
    Received,
    Accepted,
    Declined,
    Done,
}
