using Backsoon.Mail;
using Backsoon.Promises;

namespace Backsoon.Accounts;

public sealed record AlreadyAccountEmail(string Link, string Code, string Device, TimeSpan Life) : Email
{
    public override EmailContent Compose() => new(
        HeaderText.From("You already have an account at Backsoon"),
        "Backsoon",
        $"Somebody signed up with this address, and it has an account already. If it was you, sign in: the link works once, on any device, within the next {Period.Say(Life)}.",
        "You get this because somebody typed this address on our sign-up page. If it was not you, ignore it: nothing was changed, and nobody can sign in without this mail.")
    {
        Buttons = [new EmailButton("Sign in", Link)],
        Code = SignInCode.Spaced(Code),
        Paragraphs = [$"Or type this code in the browser you asked with ({Device})."],
    };
}
