using Backsoon.Mail;
using Backsoon.Promises;

namespace Backsoon.Accounts;

public sealed record SignUpEmail(string Link, string Code, string BusinessName, string Desk, TimeSpan Life) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From($"Open the desk of {BusinessName}"),
        BusinessName,
        $"One tap and your desk is open. The link works once, on any device, within the next {Period.Say(Life)}.",
        "You get this because somebody signed up with this address. If it was not you, ignore it: without this mail nothing is opened, and the name is free again in half an hour.")
    {
        Facts = [new EmailFact("Your page", Desk)],
        Buttons = [new EmailButton("Open my desk", Link)],
        Code = SignInCode.Spaced(Code),
        Paragraphs = ["Or type this code in the browser you signed up with."],
    };
}
