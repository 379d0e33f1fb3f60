using System.Globalization;
using Backsoon.Mail;

namespace Backsoon.Accounts;

public sealed record NewDeviceEmail(string Device, DateTimeOffset At, string Sessions) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"New sign-in: {Device}"),
        "Backsoon",
        $"{Device} signed in to your account for the first time.",
        "You get this at the first sign-in from a browser, for your safety; it cannot be turned off.")
    {
        Facts = [new EmailFact("Device", Device), new EmailFact("When", At.UtcDateTime.ToString("dddd, d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture))],
        Buttons = [new EmailButton("See where you are signed in", Sessions)],
        Paragraphs = ["If it was you, there is nothing to do. If not, open the list and end that session; then make sure that nobody else reads your mail, because whoever does can sign in."],
    };
}
