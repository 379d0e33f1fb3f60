using System.Globalization;
using Backsoon.Mail;

namespace Backsoon.Promises;

/// <summary>The newest row of the log of promises, to be kept.</summary>
public sealed record SealEmail(long Row, DateTimeOffset At, string Hash, string Signature, string Page, string Stop) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"The promises' seal, {At.UtcDateTime.ToString("MMMM yyyy", CultureInfo.InvariantCulture)}"),
        "Backsoon",
        "Keep this mail, and we cannot rewrite what we measured of our promises without your noticing.",
        "You get this once a month because you own a page here; it advertises nothing. To get it no more, press Stop, or switch it off in the settings.")
    {
        Facts = [new EmailFact("Row", Row.ToString(CultureInfo.InvariantCulture)), new EmailFact("Written", At.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)), new EmailFact("Hash", Hash), new EmailFact("Signature", Signature)],
        Buttons = [new EmailButton("See the promises and their log", Page), new EmailButton("Stop", Stop, Main: false)],
        Paragraphs = ["To compare: if the log on that page ever has another hash in this row, or no such row, something before it was changed."],
        Unsubscribe = Stop,
    };
}
