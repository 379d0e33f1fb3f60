using Backsoon.Mail;

namespace Backsoon.Promises;

public sealed record PromiseBrokenEmail(string Title, string Wording, string Measured, string Page) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"A promise is broken: {Title}"),
        "Backsoon",
        "The hourly check found a promise of this installation broken. It stands in the log of promises, which everybody can read.",
        "You get this because your address is set as the operator's (OPERATOR_EMAIL). It is mailed once when a promise begins to be broken, not again while it is.")
    {
        Flag = "Urgent",
        Facts = [new EmailFact("Promised", Wording), new EmailFact("Measured", Measured)],
        Buttons = [new EmailButton("See the promises", Page)],
    };
}
