using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>A breach of personal data, in the words of whoever runs the installation.</summary>
public sealed record BreachEmail(string Subject, ImmutableArray<string> Paragraphs) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From(Subject),
        "Backsoon",
        Paragraphs[0],
        "You get this because you own a page here, and what it says concerns you. It cannot be turned off.")
    {
        Flag = "Important",
        Paragraphs = Paragraphs[1..],
    };
}

/// <summary>To the operator: a breach was written down, and those it concerns do not know of it yet.</summary>
public sealed record BreachDueEmail(string Breach, DateTimeOffset DiscoveredAt, DateTimeOffset DueAt) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Owners have to be told of breach {Breach} by {Say(DueAt)}"),
        "Backsoon",
        "A breach of personal data was written down, and not everybody it concerns was told yet.",
        "You get this because your address is set as the operator's (OPERATOR_EMAIL). It is mailed once a breach.")
    {
        Flag = "Urgent",
        Facts = [new EmailFact("Breach", Breach), new EmailFact("Discovered", Say(DiscoveredAt)), new EmailFact("Tell everybody by", Say(DueAt))],
        Paragraphs = [$"To tell them: ./run notify-breach {Breach}.txt --send"],
    };

    private static string Say(DateTimeOffset at) => at.UtcDateTime.ToString("dddd, d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
