using System.Collections.Immutable;
using System.Globalization;
using Backsoon.Mail;

namespace Backsoon.Promises;

/// <param name="At">When it takes effect; null for one that was announced and does not take place.</param>
public sealed record PolicyChangeEmail(ImmutableArray<string> Changes, DateTimeOffset? At, string Page) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From(At is { } at ? $"Our privacy policy changes on {Day(at)}" : "Our privacy policy stays as it is"),
        "Backsoon",
        At is { } day ? $"From {Day(day)}, 00:00 UTC at the earliest, some of what we promise about your data changes." : "A change that we told you about does not take place.",
        "You get this because you own a page here, and were promised to hear of every change that matters. It cannot be turned off.")
    {
        Paragraphs = Changes,
        Buttons = [new EmailButton("Read the policy", Page)],
    };

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
