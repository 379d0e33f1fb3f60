using System.Globalization;
using Backsoon.Mail;

namespace Backsoon.Tenants;

public sealed record ArchiveEmail(string Business, string Link, DateTimeOffset Until, string ZoneId, long Bytes) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Everything of {Business}, in one file"),
        "Backsoon",
        $"The file you asked for is ready: everything that is kept of {Business}, as JSON and CSV, with its photos.",
        "You get this because you asked for it in your dashboard.")
    {
        Facts = [new EmailFact("Size", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0.1, Bytes / 1024.0 / 1024.0):0.0} MB")), new EmailFact("Works until", MailTime.Say(Until, ZoneId))],
        Buttons = [new EmailButton("Download the file", Link)],
        Paragraphs = ["Whoever has this link can download it: do not pass this mail on. In the file are names, telephone numbers and words of your callers; keep it as you would keep them."],
    };
}
