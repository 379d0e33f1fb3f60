using Backsoon.Mail;

namespace Backsoon.Dispatch;

/// <param name="Asked">Names of the vendors who were asked; none when no rule covers the request.</param>
public sealed record OwnerAskedEmail(string Business, RequestFacts Facts, string[] Asked, string? DeclinedBy, string? Reason, string Url) : Email
{
    public override EmailContent Compose() => new(
        Facts.Header($"Needs you: {Facts.Title()}"),
        Business,
        Asked.Length == 0
            ? "A request has come that no rule sends to anybody, so it waits for you."
            : $"Nobody has taken this request: {string.Join(", ", Asked)} {(Asked.Length == 1 ? "was" : "were")} asked. It waits for you.",
        $"You own {Business}. That a request is left with nobody is always told; other mails about requests are chosen in your settings.")
    {
        Preheader = $"{Facts.CallerName}: {Facts.Text}",
        Flag = Facts.Flag(),
        Facts = Facts.Table(),
        Quote = Facts.Text,
        Buttons = [new("Open the request", Url)],
        Paragraphs = DeclinedBy is null ? [] : [Reason is null ? $"{DeclinedBy} declined." : $"{DeclinedBy} declined: {Reason}"],
    };

    public static OwnerAskedEmail Example() => new(Examples.Business, Examples.Facts, ["Rivera Plumbing", "Cole & Sons"], "Cole & Sons", "Away until Thursday", Examples.OwnerUrl);
}
