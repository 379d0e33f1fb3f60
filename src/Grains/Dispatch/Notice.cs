namespace Backsoon.Dispatch;

/// <summary>Somebody has to be told something; <see cref="DispatchMails"/> makes a mail of it.</summary>
public abstract record Notice
{
    public sealed record Ask(Vendor Vendor, DateTimeOffset AnswerBy) : Notice;

    /// <param name="AnswerBy">Null once the vendor has accepted.</param>
    public sealed record Remind(Vendor Vendor, DateTimeOffset? AnswerBy) : Notice;

    public sealed record NoLongerNeeded(Vendor Vendor, NoLongerNeededReason Reason) : Notice;

    /// <summary>It was closed and is theirs again.</summary>
    public sealed record OpenAgain(Vendor Vendor) : Notice;

    public sealed record AskOwner(string? DeclinedBy, string? Reason) : Notice;

    public sealed record TellOwner(OwnerNews News, string? Who, string? Text) : Notice;

    public sealed record Received : Notice;

    public sealed record AcceptedBy(string Vendor) : Notice;

    /// <param name="Vendor">Who had it, or has it again.</param>
    public sealed record TellCaller(CallerNews News, Vendor? Vendor) : Notice;

    public sealed record MessageToVendor(Vendor Vendor, string From, string Text, int Photos) : Notice;

    /// <param name="From">The vendor; null for the business, of which the caller knows the name and not the people.</param>
    public sealed record MessageToCaller(string? From, string Text) : Notice;

    public sealed record MessageToOwner(string From, string Text, int Photos) : Notice;
}

public enum NoLongerNeededReason
{
    TakenByOther,
    GivenToOther,
    Closed,
}

public enum CallerNews
{
    /// <summary>Whoever had accepted does not come, by their own word or the owner's.</summary>
    GivenBack,
    Closed,
    Reopened,
}

public enum OwnerNews
{
    Received,
    Accepted,
    Declined,
    Done,
}
