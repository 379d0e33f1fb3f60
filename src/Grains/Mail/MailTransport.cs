namespace Backsoon.Mail;

/// <summary>What came of handing one mail to a transport.</summary>
public abstract record Handover
{
    public sealed record Sent(string? ProviderId) : Handover;

    /// <summary>Certainly not sent by this call, and may be tried again: a connection refused, 429, greylisting.</summary>
    /// <param name="Everyone">True when any other mail would have fared the same, so that trying them now is no use.</param>
    public sealed record TryLater(string Detail, TimeSpan? After, bool Everyone = false) : Handover;

    /// <summary>Refused for good: this mail will never go out as it is.</summary>
    /// <param name="OfAddress">Whether no mail at all will get to this address.</param>
    public sealed record Refused(string Detail, bool OfAddress = false) : Handover;

    /// <summary>The transport may have it. Only an idempotent one is asked again.</summary>
    /// <param name="Final">True when asking again would tell no more.</param>
    public sealed record Unknown(string Detail, bool Final = false) : Handover
    {
        /// <summary>How long to wait before asking again, if it was said.</summary>
        public TimeSpan? After { get; init; }
    }
}

/// <summary>A mail as it goes over the wire. Rendered once; every retry carries these bytes.</summary>
public sealed record RenderedMail(Guid Id, string Kind, Sender From, EmailAddress To, EmailAddress? ReplyTo, HeaderText Subject, string Html, string Text, CalendarPart? Calendar = null, string? Unsubscribe = null);

/// <param name="Address">The installation's own: a business's name stands before it, never its address.</param>
public sealed record Sender(HeaderText Name, EmailAddress Address);

/// <summary>One account at one mail provider, or the development mailbox.</summary>
public abstract class MailTransport
{
    /// <summary>Names the account: <c>smtp</c>, <c>resend</c>, <c>development</c>.</summary>
    public abstract string Name { get; }

    public string GrainKey => $"mail/{Name}";

    /// <summary>Whom every mail is from that does not name its sender.</summary>
    public abstract Sender From { get; }

    /// <summary>How many mails one call may carry.</summary>
    public abstract int BatchSize { get; }

    /// <summary>The shortest time between two calls that the provider allows.</summary>
    public abstract TimeSpan Pace { get; }

    /// <summary>For how long the provider knows a batch by its key; zero when it does not, so an unknown outcome stays unknown.</summary>
    public abstract TimeSpan KeyLife { get; }

    /// <summary>Longer than any call takes: after it, a pump that has not recorded an outcome is taken for dead.</summary>
    public abstract TimeSpan Lease { get; }

    /// <summary>Hands a batch over. Answers for each mail, in order; throws nothing that a provider can cause.</summary>
    /// <param name="batch">The idempotency key: the same for the same mails until their outcome is known.</param>
    public abstract Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation);
}
