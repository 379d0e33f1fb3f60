namespace Backsoon.Mail;

/// <summary>What came of handing one mail to a transport.</summary>
public abstract record Handover
{
    public sealed record Sent(string? ProviderId) : Handover;

    /// <summary>Not sent, and may be tried again: a connection refused, 429, 5xx.</summary>
    public sealed record TryLater(string Detail, TimeSpan? After) : Handover;

    /// <summary>Refused for good: this mail will never go out as it is.</summary>
    public sealed record Refused(string Detail) : Handover;

    /// <summary>The transport may have it. Only an idempotent one is asked again.</summary>
    public sealed record Unknown(string Detail) : Handover;
}

/// <summary>A mail as it goes over the wire. Rendered once; every retry carries these bytes.</summary>
public sealed record RenderedMail(Guid Id, string Kind, HeaderText? SenderName, EmailAddress To, EmailAddress? ReplyTo, HeaderText Subject, string Html, string Text);

/// <summary>One account at one mail provider, or the development mailbox.</summary>
public abstract class MailTransport
{
    /// <summary>Names the account: <c>smtp</c>, <c>resend</c>, <c>development</c>.</summary>
    public abstract string Name { get; }

    public string GrainKey => $"mail/{Name}";

    /// <summary>How many mails one call may carry.</summary>
    public abstract int BatchSize { get; }

    /// <summary>The shortest time between two calls that the provider allows.</summary>
    public abstract TimeSpan Pace { get; }

    /// <summary>For how long the provider knows a batch by its key; zero when it does not, so an unknown outcome stays unknown.</summary>
    public abstract TimeSpan KeyLife { get; }

    /// <summary>Hands a batch over. Answers for each mail, in order; throws nothing that a provider can cause.</summary>
    /// <param name="batch">The idempotency key: the same for the same mails through all retries.</param>
    public abstract Task<IReadOnlyList<Handover>> Send(Guid batch, IReadOnlyList<RenderedMail> mails, CancellationToken cancellation);
}
