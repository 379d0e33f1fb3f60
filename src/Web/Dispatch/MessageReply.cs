using System.Diagnostics;
using Backsoon.Shared;

namespace Backsoon.Dispatch;

/// <summary>What is said of a message that was not written down; the form is shown again with it.</summary>
/// <param name="IsFresh">Whether the form is to be a new one: the old one's id is used up, or too old.</param>
public sealed record MessageReply(int Status, string Says, bool IsFresh, TimeSpan? Wait = null)
{
    public static readonly MessageReply Old = new(StatusCodes.Status422UnprocessableEntity, "This page was open for a long time, so nothing has been sent yet. What you typed is still here: press the button once more.", IsFresh: true);

    /// <summary>Null when there is nothing wrong with the text.</summary>
    public static MessageReply? Of(string text) => text.Length switch
    {
        0 => new(StatusCodes.Status422UnprocessableEntity, "Type your message.", IsFresh: false),
        > MessageOutcome.MaxText => new(StatusCodes.Status422UnprocessableEntity, $"Shorten it to {MessageOutcome.MaxText:N0} characters; it has {text.Length:N0}.", IsFresh: false),
        _ => null,
    };

    public static MessageReply TooMany(TimeSpan wait) =>
        new(StatusCodes.Status429TooManyRequests, $"That was a lot of messages in a short time, so this one has not been sent. Try again in {LocalTime.Lasting(wait)}, or call.", IsFresh: false, wait);

    /// <param name="outcome">Neither written nor unknown.</param>
    public static MessageReply Of(MessageOutcome outcome) => outcome switch
    {
        MessageOutcome.Different => new(StatusCodes.Status409Conflict, "You sent this form before, with other words, and those stay. To send these as a further message, press the button once more.", IsFresh: true),
        MessageOutcome.TooMany { Wait: var wait } => TooMany(wait),
        MessageOutcome.Full => new(StatusCodes.Status409Conflict, "This request holds as many messages as it can, so this one has not been sent. Please call.", IsFresh: false),
        MessageOutcome.Over => new(StatusCodes.Status409Conflict, "The request is closed or with somebody else by now, so this has not been sent. What you typed is still here.", IsFresh: false),
        _ => throw new UnreachableException(),
    };

    /// <summary>Says with the answer how long to wait.</summary>
    public void AddTo(HttpResponse response)
    {
        if (Wait is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
    }
}
