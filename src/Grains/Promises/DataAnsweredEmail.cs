using Backsoon.Mail;

namespace Backsoon.Promises;

/// <param name="Reason">Of a refusal, in the words of the business.</param>
/// <param name="Link">To the copy, and <paramref name="Until"/> when it works.</param>
public sealed record DataAnsweredEmail(string Business, string Contact, string Reference, DataOutcome Outcome, string? Reason, string? Link, DateTimeOffset? Until, string ZoneId) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"{Business} has answered what you asked about your data ({Reference})"),
        Business,
        Outcome switch
        {
            DataOutcome.Sent => $"{Business} sends you a copy of everything it keeps about this address: one file, with your words and your photos.",
            DataOutcome.Removed => $"{Business} has removed you: your name, address, telephone number, words and photos are gone from its pages. What is left says when something happened, and not to whom.",
            _ => $"{Business} does not do what you asked about your data, and says why.",
        },
        $"You get this because you asked {Business} about your data. It is the only mail about its answer.")
    {
        SenderName = HeaderText.From(Business),
        Quote = Reason,
        Facts = Until is { } until ? [new("Number", Reference), new("Works until", MailTime.Say(until, ZoneId))] : [new("Number", Reference)],
        Buttons = Link is null ? [] : [new("Download the copy", Link)],
        Paragraphs = Outcome switch
        {
            DataOutcome.Sent => ["Whoever has this link can download it: do not pass this mail on."],
            DataOutcome.Removed => ["Mails that were sent before, to you or to somebody who was asked to help you, are in those mailboxes and are not ours to take back."],
            _ => [$"You can write to {Business} itself: {Contact}. In the EU and the UK you may also complain to your data protection authority."],
        },
    };
}
